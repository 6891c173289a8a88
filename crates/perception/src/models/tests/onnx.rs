//! Writes tiny ONNX files, field by field (numbers from `onnx.proto3`).

const FLOAT: u64 = 1;
const INT64: u64 = 7;
const BOOL: u64 = 9;

#[derive(Clone)]
pub(super) struct Tensor(Vec<u8>);

#[derive(Clone)]
pub(super) struct Node(Vec<u8>);

#[derive(Clone)]
pub(super) struct Graph(Vec<u8>);

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn bytes(field: u64, content: &[u8]) -> Vec<u8> {
    [
        varint(field << 3 | 2),
        varint(content.len() as u64),
        content.to_vec(),
    ]
    .concat()
}

fn text(field: u64, content: &str) -> Vec<u8> {
    bytes(field, content.as_bytes())
}

impl Tensor {
    fn raw(name: &str, dims: &[u64], data_type: u64, data: &[u8]) -> Self {
        let dims: Vec<u8> = dims.iter().flat_map(|&d| number(1, d)).collect();
        Self([dims, number(2, data_type), text(8, name), bytes(9, data)].concat())
    }

    pub(super) fn floats(name: &str, dims: &[u64], values: &[f32]) -> Self {
        Self::raw(
            name,
            dims,
            FLOAT,
            &values
                .iter()
                .flat_map(|v| v.to_le_bytes())
                .collect::<Vec<_>>(),
        )
    }

    pub(super) fn external(name: &str, dims: &[u64], location: &str) -> Self {
        let dims: Vec<u8> = dims.iter().flat_map(|&d| number(1, d)).collect();
        let entry = [text(1, "location"), text(2, location)].concat();
        Self(
            [
                dims,
                number(2, FLOAT),
                text(8, name),
                bytes(13, &entry),
                number(14, 1),
            ]
            .concat(),
        )
    }
}

impl Node {
    pub(super) fn new(op: &str, inputs: &[&str], outputs: &[&str]) -> Self {
        let inputs: Vec<u8> = inputs.iter().flat_map(|i| text(1, i)).collect();
        let outputs: Vec<u8> = outputs.iter().flat_map(|o| text(2, o)).collect();
        Self([inputs, outputs, text(4, op)].concat())
    }

    pub(super) fn with_tensor(self, name: &str, tensor: Tensor) -> Self {
        self.with_attribute(&[text(1, name), bytes(5, &tensor.0), number(20, 4)].concat())
    }

    pub(super) fn with_graph(self, name: &str, graph: Graph) -> Self {
        self.with_attribute(&[text(1, name), bytes(6, &graph.0), number(20, 5)].concat())
    }

    pub(super) fn with_int(self, name: &str, value: u64) -> Self {
        self.with_attribute(&[text(1, name), number(3, value), number(20, 2)].concat())
    }

    fn with_attribute(mut self, attribute: &[u8]) -> Self {
        self.0.extend(bytes(5, attribute));
        self
    }
}

fn value(name: &str, data_type: u64, dims: &[u64]) -> Vec<u8> {
    let dims: Vec<u8> = dims.iter().flat_map(|&d| bytes(1, &number(1, d))).collect();
    let tensor = [number(1, data_type), bytes(2, &dims)].concat();
    [text(1, name), bytes(2, &bytes(1, &tensor))].concat()
}

/// A graph whose inputs and outputs are given as encoded values or, for outputs, names of [1, 3] floats.
pub(super) fn graph(
    name: &str,
    nodes: &[Node],
    tensors: &[Tensor],
    inputs: &[Vec<u8>],
    outputs: &[&str],
) -> Graph {
    let outputs: Vec<Vec<u8>> = outputs.iter().map(|o| value(o, FLOAT, &[1, 3])).collect();
    graph_of(name, nodes, tensors, inputs, &outputs)
}

fn graph_of(
    name: &str,
    nodes: &[Node],
    tensors: &[Tensor],
    inputs: &[Vec<u8>],
    outputs: &[Vec<u8>],
) -> Graph {
    let nodes: Vec<u8> = nodes.iter().flat_map(|n| bytes(1, &n.0)).collect();
    let tensors: Vec<u8> = tensors.iter().flat_map(|t| bytes(5, &t.0)).collect();
    let inputs: Vec<u8> = inputs.iter().flat_map(|i| bytes(11, i)).collect();
    let outputs: Vec<u8> = outputs.iter().flat_map(|o| bytes(12, o)).collect();
    Graph([nodes, text(2, name), tensors, inputs, outputs].concat())
}

/// A model `x` [1, 3] → `y` [1, 3].
pub(super) fn model(nodes: &[Node], tensors: &[Tensor]) -> Vec<u8> {
    let graph = graph("g", nodes, tensors, &[value("x", FLOAT, &[1, 3])], &["y"]);
    [number(1, 8), bytes(7, &graph.0), bytes(8, &number(2, 13))].concat()
}

/// y = x, after a loop that goes on for as long as the sum of x is above zero.
pub(super) fn loop_while_positive() -> Vec<u8> {
    let body = graph_of(
        "body",
        &[
            Node::new("ReduceSum", &["v"], &["s"]).with_int("keepdims", 0),
            Node::new("Greater", &["s", "zero"], &["more"]),
            Node::new("Identity", &["v"], &["w"]),
        ],
        &[],
        &[
            value("i", INT64, &[]),
            value("go", BOOL, &[]),
            value("v", FLOAT, &[1, 3]),
        ],
        &[value("more", BOOL, &[]), value("w", FLOAT, &[1, 3])],
    );
    model(
        &[Node::new("Loop", &["", "first", "x"], &["y"]).with_graph("body", body)],
        &[
            Tensor::raw("first", &[], BOOL, &[1]),
            Tensor::floats("zero", &[], &[0.0]),
        ],
    )
}
