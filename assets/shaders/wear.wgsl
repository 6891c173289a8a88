// The layer of garments: what is tried on, drawn over the camera picture in the picture's own pixels. First what is worn gives
// way (UNCOVER): sleeves become skin, cloth beside the body the wall behind it. Then the garment's pieces (CLOTH), lit as
// the worn cloth is. Colours are sRGB values, premultiplied. cheval_tryon::cover says what the shapes are.

#ifdef UNCOVER
#import bevy_core_pipeline::fullscreen_vertex_shader::FullscreenVertexOutput
#endif

struct Capsule {
    // both ends, picture heights
    ends: vec4<f32>,
    // radius at either end, weight, only where skin is seen (in front) or flat (skin)
    round: vec4<f32>,
}

struct Wear {
    // from a place in the picture to one in the masks, picture heights
    carry_x: vec4<f32>,
    carry_y: vec4<f32>,
    // width over height of the picture; torso and legs give way; opacity of everything
    what: vec4<f32>,
    // colour of the skin, known
    skin: vec4<f32>,
    // colour of the light on cloth; how far down a worn top hides what is under it, picture heights
    light: vec4<f32>,
    // how much of the folds of torso and leg garment is carried over; down to where a worn top gives way, and from where on a
    // worn torso garment does, picture heights
    cloth: vec4<f32>,
    // the wipe of light: its height, its breadth, its strength
    wipe: vec4<f32>,
    // how the camera draws: noise of a pixel, levels of smaller versions, a number that differs from picture to picture
    lens: vec4<f32>,
    // middle of the chest; from there the wall is looked for; how far from limbs and from the body worn cloth is theirs,
    // picture heights
    chest: vec4<f32>,
    skins: array<Capsule, 11>,
    bodies: array<Capsule, 7>,
    fronts: array<Capsule, 6>,
}

@group(0) @binding(0) var<uniform> wear: Wear;
@group(0) @binding(1) var picture: texture_2d<f32>;
// torso garment, leg garment, hair and things, skin
@group(0) @binding(2) var masks: texture_2d<f32>;
// brightness against the median, and of folds against their surroundings; 0.5 = as bright
@group(0) @binding(3) var shade: texture_2d<f32>;
// colour of the skin that is seen nearby, and how near
@group(0) @binding(4) var skin_nearby: texture_2d<f32>;
// the learned background; alpha 0 = not learned
@group(0) @binding(5) var plate: texture_2d<f32>;
@group(0) @binding(6) var smooth_sampler: sampler;
@group(0) @binding(7) var garment: texture_2d<f32>;

// Noise of the sensor at a pixel of the layer: mean 0, deviation 1 (hash without sine, Dave Hoskins; sum of two).
fn grain(pixel: vec2<f32>) -> f32 {
    var h = fract(vec3<f32>(pixel.xyx + wear.lens.z * 17.0) * vec3<f32>(0.1031, 0.1030, 0.0973));
    h += dot(h, h.yzx + 33.33);
    let two = fract((h.xx + h.yz) * h.zy);
    return (two.x + two.y - 1.0) * 2.449;
}

// How far along a capsule's middle line a place lies: 0 at its beginning, 1 at its end, not limited to it.
fn share_along(capsule: Capsule, p: vec2<f32>) -> f32 {
    let along = capsule.ends.zw - capsule.ends.xy;
    return dot(p - capsule.ends.xy, along) / max(dot(along, along), 1e-8);
}

// Distance from the middle line of a capsule and its radius there, picture heights. Radii run evenly from end to end.
fn from_middle(capsule: Capsule, p: vec2<f32>) -> vec2<f32> {
    let t = clamp(share_along(capsule, p), 0.0, 1.0);
    let middle = mix(capsule.ends.xy, capsule.ends.zw, t);
    return vec2<f32>(length(p - middle), mix(capsule.round.x, capsule.round.y, t));
}

// Distance to a capsule in its radii: 0 on its middle line, 1 on its edge.
fn depth(capsule: Capsule, p: vec2<f32>) -> f32 {
    let off = from_middle(capsule, p);
    return off.x / max(off.y, 1e-5);
}

// How far outside of a capsule, picture heights.
fn beyond_edge(capsule: Capsule, p: vec2<f32>) -> f32 {
    let off = from_middle(capsule, p);
    return off.x - off.y;
}

// 1 inside, 0 outside, soft over the last tenth.
fn inside(capsule: Capsule, p: vec2<f32>) -> f32 {
    return capsule.round.z * (1.0 - smoothstep(0.92, 1.06, depth(capsule, p)));
}

// An arm comes out of its sleeve without a round end.
fn begun(capsule: Capsule, p: vec2<f32>) -> f32 {
    return smoothstep(-0.03, 0.01, share_along(capsule, p));
}

fn mask_place(p: vec2<f32>) -> vec2<f32> {
    let q = vec3<f32>(p, 1.0);
    let at = vec2<f32>(dot(wear.carry_x.xyz, q), dot(wear.carry_y.xyz, q));
    return vec2<f32>(at.x / wear.what.x, at.y);
}

// What stays is not half taken along where the parser wavers between the two.
fn worn_cloth(mask: vec4<f32>, p: vec2<f32>) -> f32 {
    let ends = 1.0 - smoothstep(wear.cloth.z - 0.02, wear.cloth.z, p.y);
    let skirt = smoothstep(wear.cloth.w - 0.01, wear.cloth.w, p.y);
    let gives_way = vec2<f32>(max(wear.what.y * ends, skirt), wear.what.z);
    let worn = mask.rg * gives_way;
    let stays = mask.rg * (1.0 - gives_way);
    return max(max(worn.x, worn.y) - 0.8 * max(stays.x, stays.y), 0.0);
}

// How far the wipe has come at this height: x = shown, y = light of its edge.
fn wiped(p: vec2<f32>) -> vec2<f32> {
    let from_edge = (wear.wipe.x - p.y) / max(wear.wipe.y, 1e-4);
    let shown = smoothstep(0.0, 1.0, from_edge);
    let light = exp(-(from_edge - 0.5) * (from_edge - 0.5) * 6.0) * wear.wipe.z;
    return vec2<f32>(shown, light);
}

#ifdef UNCOVER
// Nothing of the person is seen there.
fn free(p: vec2<f32>) -> f32 {
    let mask = textureSampleLevel(masks, smooth_sampler, mask_place(p), 0.0);
    return step(0.97, 1.0 - min(mask.r + mask.g + mask.b + mask.a, 1.0));
}

fn seen_at(p: vec2<f32>) -> vec3<f32> {
    return textureSampleLevel(picture, smooth_sampler, vec2<f32>(p.x / wear.what.x, p.y), 0.0).rgb;
}

// What lies beyond the person, away from the chest, or sideways below it: mirrored at their edge, so that its texture goes
// on; its mean where the mirrored place is not free. Alpha 0 where nothing free is near, or it is not needed (0).
fn beside(p: vec2<f32>, needed: i32) -> vec4<f32> {
    let from_chest = p - vec2<f32>(wear.chest.x, max(wear.chest.y, p.y));
    let way = normalize(from_chest + vec2<f32>(select(-1e-5, 1e-5, from_chest.x > 0.0), 0.0));
    var found = vec4<f32>(0.0);
    // Places in a row that are free: the first beside somebody still shows their edge.
    var free_run = 0.0;
    var edge = 0.0;
    for (var k = 1; k <= 12 * needed; k++) {
        let off = 0.014 * f32(k);
        let q = p + way * off;
        free_run = (free_run + 1.0) * free(q);
        // Nearest first, three at most.
        let take = step(2.5, free_run) * step(found.a, 2.5);
        edge = select(edge, off - 0.028, take > 0.0 && found.a < 0.5);
        found += vec4<f32>(seen_at(q), 1.0) * take;
    }
    // Where exactly the person ends, to a 64th of a step: rows beside each other must agree.
    var taken = edge - 0.014;
    var open = edge;
    for (var k = 0; k < 6 * needed; k++) {
        let between = (taken + open) / 2.0;
        let is_free = free(p + way * between) > 0.5;
        open = select(open, between, is_free);
        taken = select(between, taken, is_free);
    }
    // Their soft edge is left out.
    let mirrored = p + way * 2.0 * (open + 0.012);
    let in_picture = step(0.0, min(mirrored.x, mirrored.y)) * step(mirrored.x, wear.what.x);
    let inside = in_picture * free(mirrored);
    let mean = found.rgb / max(found.a, 1.0);
    return vec4<f32>(mix(mean, seen_at(mirrored), inside), min(found.a, 1.0));
}

// At the edge of cloth: how much more this pixel looks like what lies further in than like what lies further out.
fn like_cloth(p: vec2<f32>, inwards: vec2<f32>, needed: i32) -> f32 {
    let here = seen_at(p);
    var cloth = 1.0;
    var other = 1.0;
    for (var k = 1; k <= 3 * needed; k++) {
        let off = inwards * (0.004 + 0.007 * f32(k));
        cloth = min(cloth, distance(here, seen_at(p + off)));
        other = min(other, distance(here, seen_at(p - off)));
    }
    return smoothstep(0.1, 0.36, (other + 0.02) / (other + cloth + 0.02));
}

@fragment
fn uncover(in: FullscreenVertexOutput) -> @location(0) vec4<f32> {
    let p = vec2<f32>(in.uv.x * wear.what.x, in.uv.y);
    let at = mask_place(p);
    // Masks are coarse: a little more gives way than they say, or a seam of the old cloth would stay.
    let certain = worn_cloth(textureSampleLevel(masks, smooth_sampler, at, 0.0), p);
    var worn = certain;
    var inwards = vec2<f32>(0.0, 1e-5);
    for (var k = 0; k < 4; k++) {
        let turn = f32(k) * 1.5708 + 0.7854;
        let way = vec2<f32>(cos(turn), sin(turn));
        let near = worn_cloth(textureSampleLevel(masks, smooth_sampler, mask_place(p + way * 0.0055), 0.0), p);
        worn = max(worn, near);
        inwards += way * near;
    }
    let unsure = 1.0 - smoothstep(0.5, 0.8, certain);
    let reach = smoothstep(0.07, 0.42, worn);
    let cloth = reach * mix(1.0, like_cloth(p, normalize(inwards), select(0, 1, unsure * reach > 0.0)), unsure);
    // Loops that nothing needs are not run; a software renderer would run what stands in an `if`.
    let needed = select(0, 1, cloth > 0.0);
    let lit = textureSampleLevel(shade, smooth_sampler, at, 0.0).rg * 2.0;
    var bare = 0.0;
    var round_off = 1.0;
    // Cloth further away is somebody else's who stands beside.
    var own = 0.0;
    for (var k = 0; k < 11 * needed; k++) {
        let amount = inside(wear.skins[k], p);
        let d = min(depth(wear.skins[k], p), 1.0) * (1.0 - wear.skins[k].round.w * amount);
        round_off = min(round_off, d);
        bare = max(bare, amount);
        own = max(own, wear.skins[k].round.z * (1.0 - smoothstep(0.8, 1.0, beyond_edge(wear.skins[k], p) / wear.chest.z)));
    }
    var kept = 0.0;
    for (var k = 0; k < 7 * needed; k++) {
        kept = max(kept, inside(wear.bodies[k], p));
        own = max(own, wear.bodies[k].round.z * (1.0 - smoothstep(0.8, 1.0, beyond_edge(wear.bodies[k], p) / wear.chest.w)));
    }
    // A limb is round: it darkens towards its edges.
    let round_light = 0.8 + 0.2 * sqrt(max(1.0 - round_off * round_off, 0.0));
    // Near skin that is seen its own colour goes on; the light on it is in that colour already.
    let nearby = textureSampleLevel(skin_nearby, smooth_sampler, at, 0.0);
    let shaded = wear.skin.rgb * pow(clamp(lit.r, 0.6, 1.3), 0.6);
    let skin = mix(shaded, nearby.rgb, nearby.a) * round_light * mix(1.0, clamp(lit.g, 0.8, 1.15), 0.4);
    // Cells that are not learned are black and clear: between them and learned ones the colour is in proportion.
    let learned = textureSampleLevel(plate, smooth_sampler, in.uv, 0.0);
    let behind = vec4<f32>(learned.rgb / max(learned.a, 0.02), 1.0);
    let known = smoothstep(0.5, 1.0, learned.a);
    let outside = cloth * (1.0 - max(bare, kept));
    let wall = mix(beside(p, select(0, 1, outside * (1.0 - known) > 0.0)), behind, known);
    // Where no wall is to be seen, at the neck or between arm and chest, the skin nearby goes on.
    let beyond = 1.0 - max(bare, kept);
    let as_skin = (bare + beyond * (1.0 - wall.a) * nearby.a) * wear.skin.a;
    let as_wall = beyond * wall.a;
    let all = max(as_skin + as_wall, 1e-4);
    // The wall was seen by the same camera; skin that is made up is too clean.
    let rustle = grain(in.position.xy) * wear.lens.x * as_skin / all;
    let colour = clamp((skin * as_skin + wall.rgb * as_wall) / all + rustle, vec3<f32>(0.0), vec3<f32>(1.0));
    let amount = min(all, 1.0) * cloth * own * wiped(p).x * wear.what.w;
    return vec4<f32>(colour * amount, amount);
}
#endif

#ifdef CLOTH
struct Corner {
    @builtin(position) position: vec4<f32>,
    // place in the picture, picture heights
    @location(0) at: vec2<f32>,
    // place in the garment's picture
    @location(1) uv: vec2<f32>,
    // strength of the shadow that it is (above 0), or how far this end of the cloth has faded (below), goes under hair,
    // under bare arms, under the worn top
    @location(2) how: vec4<f32>,
}

@vertex
fn corner(
    @location(0) at: vec2<f32>,
    @location(1) uv: vec2<f32>,
    @location(2) how: vec4<f32>,
) -> Corner {
    let share = vec2<f32>(at.x / wear.what.x, at.y);
    var out: Corner;
    out.position = vec4<f32>(share.x * 2.0 - 1.0, 1.0 - share.y * 2.0, 0.0, 1.0);
    out.at = at;
    out.uv = uv;
    out.how = how;
    return out;
}

@fragment
fn cloth(in: Corner) -> @location(0) vec4<f32> {
    let p = in.at;
    let at = mask_place(p);
    let mask = textureSampleLevel(masks, smooth_sampler, at, 0.0);
    var seen = textureSampleBias(garment, smooth_sampler, in.uv, step(1e-3, in.how.x) * 3.0 + wear.lens.y);
    let inside_picture = step(0.0, min(min(in.uv.x, in.uv.y), min(1.0 - in.uv.x, 1.0 - in.uv.y)));
    seen *= inside_picture * (1.0 + min(in.how.x, 0.0));
    // Hair and carried things stay in front, and so do forearms and hands.
    var front = mask.b * in.how.y;
    var arm = 0.0;
    for (var k = 0; k < 6; k++) {
        let bare = wear.fronts[k].round.w;
        // Made-up skin lies under all of a made-up arm's soft edge, or the wall would shine through.
        let within = wear.fronts[k].round.z * (1.0 - smoothstep(0.8, 0.92, depth(wear.fronts[k], p)));
        let seen_or_made = inside(wear.fronts[k], p) * mask.a + within * mask.r * (1.0 - bare);
        arm = max(arm, min(seen_or_made, 1.0) * begun(wear.fronts[k], p));
    }
    front = max(front, arm * in.how.z);
    let above = 1.0 - smoothstep(wear.light.w, wear.light.w + 0.02, p.y);
    front = max(front, smoothstep(0.3, 0.7, mask.r) * above * in.how.w);
    let wipe = wiped(p);
    let amount = (1.0 - front) * wipe.x * wear.what.w;
    // Light of the scene, and the folds of what is worn under it.
    let shading = textureSampleLevel(shade, smooth_sampler, at, 0.0).rg * 2.0;
    let share = select(wear.cloth.y, wear.cloth.x, mask.r >= mask.g);
    let fold = mix(1.0, clamp(shading.g, 0.75, 1.2), share);
    // Trousers are lit with gaps and shadows between them that a coat has not.
    let even = mix(0.3, 0.6, mask.r / max(mask.r + mask.g, 0.05));
    let light = pow(clamp(shading.r, 0.55, 1.35), even) * fold;
    let glow = wipe.y * seen.a;
    let rustle = grain(in.position.xy) * wear.lens.x * seen.a;
    let colour = max(seen.rgb * light * wear.light.rgb + vec3<f32>(glow + rustle), vec3<f32>(0.0));
    let shown = vec4<f32>(min(colour, vec3<f32>(seen.a)), seen.a) * amount;
    let shadow = vec4<f32>(vec3<f32>(0.0), seen.a * 0.2 * in.how.x * amount);
    return select(shown, shadow, in.how.x > 1e-3);
}
#endif
