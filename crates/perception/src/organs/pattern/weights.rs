pub(super) const HIDDEN: usize = 1;
pub(super) const MEANS: [f32; 34] = [0.0; 34];
pub(super) const SCALES: [f32; 34] = [1.0; 34];
pub(super) const HIDDEN_WEIGHTS: [[f32; 35]; HIDDEN] = [[0.0; 35]; HIDDEN];
pub(super) const OUTPUT_WEIGHTS: [[f32; HIDDEN + 1]; 4] = [[0.0; 2]; 4];
