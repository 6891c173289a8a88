// The glass: the newest camera picture, cover-fitted and mirrored, the worn garments recoloured in CIE L*a*b*, soft ink at
// the top and the bottom behind the furniture, and the furniture over all. One pass, no blur, each pixel written once.

#import bevy_core_pipeline::fullscreen_vertex_shader::FullscreenVertexOutput

struct Recolour {
    // target L*a*b*, strength 0..1
    target_lab: vec4<f32>,
    // worn L*a*b*, share of the L* deviation that is kept
    worn_lab: vec4<f32>,
    // share of the a*b* deviation that is kept, room above and below the target L*
    keep: vec4<f32>,
}

struct Glass {
    // where the picture lies: left, top, width, height as shares of the glass
    place: vec4<f32>,
    // 1 = mirrored (x), brightness of the picture 0..1 (y)
    look: vec4<f32>,
    // ink at the top, ink behind the furniture, where that starts (share of the way)
    ink: vec4<f32>,
    torso: Recolour,
    legs: Recolour,
    // number of the camera frame
    frame: u32,
}

@group(0) @binding(0) var<uniform> glass: Glass;
// painted on nothing: linear, premultiplied with its alpha
@group(0) @binding(1) var furniture: texture_2d<f32>;
// sRGB values, filtered as they are: software renderers filter bytes several times faster than decoded light
@group(0) @binding(2) var picture: texture_2d<f32>;
@group(0) @binding(3) var linear_sampler: sampler;
@group(0) @binding(4) var masks: texture_2d<f32>;
// what is tried on, in the pixels of the picture: sRGB values, premultiplied
@group(0) @binding(5) var layer: texture_2d<f32>;

const INK: vec3<f32> = vec3<f32>(0.00857, 0.00651, 0.00478);
const WHITE: vec3<f32> = vec3<f32>(0.95047, 1.0, 1.08883);

fn lab_curve(t: vec3<f32>) -> vec3<f32> {
    let root = pow(max(t, vec3<f32>(0.0)), vec3<f32>(1.0 / 3.0));
    let line = t * 7.787037 + 16.0 / 116.0;
    return select(line, root, t > vec3<f32>(0.008856));
}

fn lab_from_linear(c: vec3<f32>) -> vec3<f32> {
    let xyz = vec3<f32>(
        dot(c, vec3<f32>(0.4124564, 0.3575761, 0.1804375)),
        dot(c, vec3<f32>(0.2126729, 0.7151522, 0.0721750)),
        dot(c, vec3<f32>(0.0193339, 0.1191920, 0.9503041)),
    ) / WHITE;
    let f = lab_curve(xyz);
    return vec3<f32>(116.0 * f.y - 16.0, 500.0 * (f.x - f.y), 200.0 * (f.y - f.z));
}

fn lab_uncurve(f: vec3<f32>) -> vec3<f32> {
    return select((f - 16.0 / 116.0) / 7.787037, f * f * f, f > vec3<f32>(0.206893));
}

fn linear_from_lab(lab: vec3<f32>) -> vec3<f32> {
    let fy = (lab.x + 16.0) / 116.0;
    let xyz = lab_uncurve(vec3<f32>(fy + lab.y / 500.0, fy, fy - lab.z / 200.0)) * WHITE;
    return vec3<f32>(
        dot(xyz, vec3<f32>(3.2404542, -1.5371385, -0.4985314)),
        dot(xyz, vec3<f32>(-0.9692660, 1.8760108, 0.0415560)),
        dot(xyz, vec3<f32>(0.0556434, -0.2040259, 1.0572252)),
    );
}

// Small deviations stay, large ones approach the room without reaching it.
fn roll(deviation: f32, headroom: f32, footroom: f32) -> f32 {
    let room = select(footroom, headroom, deviation > 0.0);
    return deviation / (1.0 + abs(deviation) / max(room, 0.001));
}

// How much diffuse shade scales a* and b* of a colour of lightness `lit` where it appears with `lightness`.
fn shade(lightness: f32, lit: f32) -> f32 {
    return min((lightness + 16.0) / (lit + 16.0), 1.0);
}

// cheval_tryon::recolour::recolour_pixel is the reference.
fn recoloured(colour: vec3<f32>, change: Recolour, mask: f32) -> vec3<f32> {
    let amount = change.target_lab.w * mask;
    let lab = lab_from_linear(colour);
    let folds = change.worn_lab.w * (lab.x - change.worn_lab.x);
    let lightness = change.target_lab.x + roll(folds, change.keep.y, change.keep.z);
    let own = lab.yz - change.worn_lab.yz * shade(lab.x, change.worn_lab.x);
    let chroma = change.target_lab.yz * shade(lightness, change.target_lab.x) + change.keep.x * own;
    let painted = clamp(linear_from_lab(vec3<f32>(lightness, chroma)), vec3<f32>(0.0), vec3<f32>(1.0));
    // Mixed near sRGB like the reference, which is what the eye expects of a half-transparent edge; a root is near enough.
    let mixed = mix(sqrt(colour), sqrt(painted), amount);
    return mixed * mixed;
}

// Linear light of sRGB values: the cubic of Chilliant (2012), within 0.003 of IEC 61966-2-1.
fn linear_from_srgb(c: vec3<f32>) -> vec3<f32> {
    return c * (c * (c * 0.305306011 + 0.682171111) + 0.012522878);
}

fn mirrored_shopper(at: vec2<f32>) -> vec3<f32> {
    let along = (at - glass.place.xy) / glass.place.zw;
    let uv = vec2<f32>(select(along.x, 1.0 - along.x, glass.look.x > 0.5), along.y);
    var seen = textureSampleLevel(picture, linear_sampler, uv, 0.0).rgb;
#ifdef WEAR
    let worn = textureSampleLevel(layer, linear_sampler, uv, 0.0);
    seen = seen * (1.0 - worn.a) + worn.rgb;
#endif
    var colour = linear_from_srgb(seen) * glass.look.y;
#ifdef RECOLOUR_TORSO
    colour = recoloured(colour, glass.torso, textureSampleLevel(masks, linear_sampler, uv, 0.0).r);
#endif
#ifdef RECOLOUR_LEGS
    colour = recoloured(colour, glass.legs, textureSampleLevel(masks, linear_sampler, uv, 0.0).g);
#endif
    let top = glass.ink.x * (1.0 - smoothstep(0.0, 0.18, at.y));
#ifdef FURNITURE_AT_RIGHT
    // The picture ends behind the furniture: it has faded to ink before that.
    let behind = max(glass.ink.y * smoothstep(glass.ink.z, 0.92, at.x), smoothstep(0.44, 0.7, at.x));
#else
    let behind = glass.ink.y * smoothstep(glass.ink.z, 0.92, at.y);
#endif
    // Ink is laid on as the eye sees it: the share is meant in sRGB, light is linear here (a square is near enough).
    let share = 1.0 - max(top, behind);
    return mix(INK, colour, share * share);
}

// The frame's number as 16 black or white blocks along the top edge, 16 pixels high: block i is bit i.
fn barcode(pixel: vec2<f32>, width: f32, behind: vec3<f32>) -> vec3<f32> {
    let block = u32(pixel.x * 16.0 / width);
    let bit = f32((glass.frame >> block) & 1u);
    return select(behind, vec3<f32>(bit), pixel.y < 16.0);
}

@fragment
fn fragment(in: FullscreenVertexOutput) -> @location(0) vec4<f32> {
    let size = vec2<f32>(textureDimensions(furniture));
#ifdef MIRROR
    var colour = mirrored_shopper(in.position.xy / size);
#else
    var colour = INK;
#endif
#ifdef FURNITURE
    let over = textureLoad(furniture, vec2<i32>(in.position.xy), 0);
    colour = colour * (1.0 - over.a) + over.rgb;
#endif
#ifdef BARCODE
    colour = barcode(in.position.xy, size.x, colour);
#endif
    return vec4<f32>(colour, 1.0);
}
