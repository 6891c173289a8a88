// A small figure of a person: sticks with round ends, melted into one outline; the shopper, somebody beside them, and the
// floor they stand on.

#import bevy_ui::ui_vertex_output::UiVertexOutput

const STICKS: u32 = 44u;

struct Figure {
    // Both ends of a stick, heights of the drawing.
    ends: array<vec4<f32>, STICKS>,
    // Radius at either end, whose it is (0 shopper, 1 neighbour, 2 floor), how far it melts into the others.
    round: array<vec4<f32>, STICKS>,
    // Linear colours with opacity.
    tones: array<vec4<f32>, 3>,
    // Sticks that are there, corner radius of the drawing in heights, opacity.
    what: vec4<f32>,
}

@group(1) @binding(0) var<uniform> figure: Figure;

// Whoever stands before somebody else is set off by a gap of this breadth, heights of the drawing.
const GAP: f32 = 0.014;
// Half the breadth of the outline, and how much of its colour is inside.
const LINE: f32 = 0.0085;
const INSIDE: f32 = 0.06;

fn to_stick(p: vec2<f32>, k: u32) -> f32 {
    let ends = figure.ends[k];
    let along = ends.zw - ends.xy;
    let share = clamp(dot(p - ends.xy, along) / max(dot(along, along), 1e-8), 0.0, 1.0);
    return length(p - ends.xy - along * share) - mix(figure.round[k].x, figure.round[k].y, share);
}

// The smaller of two distances, rounded where they are alike.
fn melted(a: f32, b: f32, by: f32) -> f32 {
    let alike = max(by - abs(a - b), 0.0) / max(by, 1e-5);
    return min(a, b) - alike * alike * by * 0.25;
}

fn to_edge(p: vec2<f32>, half: vec2<f32>, radius: f32) -> f32 {
    let q = abs(p - half) - half + radius;
    return length(max(q, vec2(0.0))) + min(max(q.x, q.y), 0.0) - radius;
}

@fragment
fn fragment(in: UiVertexOutput) -> @location(0) vec4<f32> {
    let pixel = 1.0 / in.size.y;
    let p = in.uv * in.size * pixel;
    var near = vec3(1e3);
    for (var k = 0u; k < u32(figure.what.x); k++) {
        let d = to_stick(p, k);
        let whose = figure.round[k].z;
        if whose < 0.5 {
            near.x = melted(near.x, d, figure.round[k].w);
        } else if whose < 1.5 {
            near.y = melted(near.y, d, figure.round[k].w);
        } else {
            near.z = min(near.z, d);
        }
    }
    let whole = clamp(0.5 - near / pixel, vec3(0.0), vec3(1.0));
    let line = clamp(0.5 - (abs(near) - LINE) / pixel, vec3(0.0), vec3(1.0));
    let cover = max(line, whole * vec3(INSIDE, INSIDE, 1.0));
    let gap = clamp(0.5 + (near.y - GAP) / pixel, 0.0, 1.0);
    let floor = figure.tones[2].a * cover.z;
    let shopper = figure.tones[0].a * cover.x * gap;
    let neighbour = figure.tones[1].a * cover.y;
    var seen = vec4(figure.tones[2].rgb * floor, floor);
    seen = seen * (1.0 - shopper) + vec4(figure.tones[0].rgb * shopper, shopper);
    seen = seen * (1.0 - neighbour) + vec4(figure.tones[1].rgb * neighbour, neighbour);
    let inside = clamp(0.5 - to_edge(p, in.size * pixel / 2.0, figure.what.y) / pixel, 0.0, 1.0);
    return vec4(seen.rgb / max(seen.a, 1e-4), seen.a * inside * figure.what.z);
}
