//! A walk through the bytes of an ONNX file, to refuse tensors that lie in other files before the runtime sees them
//! (the runtime would read them from the working directory). Field numbers are those of `onnx.proto3`.

/// Graphs inside attributes inside graphs: deeper is not a model.
const MAX_DEPTH: usize = 24;

/// Why the walk ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    /// Not protobuf, or not ONNX.
    Malformed(&'static str),
    /// A tensor points to another file.
    External(String),
}

/// Looks at every tensor of the model.
pub(super) fn refuse_external_data(model: &[u8]) -> Result<(), Finding> {
    let mut has_graph = false;
    for field in Fields(model) {
        match field? {
            (7, Value::Bytes(graph)) => {
                has_graph = true;
                walk_graph(graph, 0)?;
            }
            (20, Value::Bytes(training)) => {
                for field in Fields(training) {
                    if let (1 | 2, Value::Bytes(graph)) = field? {
                        walk_graph(graph, 0)?;
                    }
                }
            }
            (25, Value::Bytes(function)) => walk_function(function)?,
            _ => {}
        }
    }
    if has_graph {
        Ok(())
    } else {
        Err(Finding::Malformed("it holds no graph"))
    }
}

fn walk_function(function: &[u8]) -> Result<(), Finding> {
    for field in Fields(function) {
        match field? {
            (7, Value::Bytes(node)) => walk_node(node, 0)?,
            (11, Value::Bytes(attribute)) => walk_attribute(attribute, 0)?,
            _ => {}
        }
    }
    Ok(())
}

fn walk_graph(graph: &[u8], depth: usize) -> Result<(), Finding> {
    if depth > MAX_DEPTH {
        return Err(Finding::Malformed("its graphs are nested too deeply"));
    }
    for field in Fields(graph) {
        match field? {
            (1, Value::Bytes(node)) => walk_node(node, depth)?,
            (5, Value::Bytes(tensor)) => walk_tensor(tensor)?,
            (15, Value::Bytes(sparse)) => walk_sparse(sparse)?,
            _ => {}
        }
    }
    Ok(())
}

fn walk_node(node: &[u8], depth: usize) -> Result<(), Finding> {
    for field in Fields(node) {
        if let (5, Value::Bytes(attribute)) = field? {
            walk_attribute(attribute, depth)?;
        }
    }
    Ok(())
}

fn walk_attribute(attribute: &[u8], depth: usize) -> Result<(), Finding> {
    for field in Fields(attribute) {
        match field? {
            (5 | 10, Value::Bytes(tensor)) => walk_tensor(tensor)?,
            (6 | 11, Value::Bytes(graph)) => walk_graph(graph, depth + 1)?,
            (22 | 23, Value::Bytes(sparse)) => walk_sparse(sparse)?,
            _ => {}
        }
    }
    Ok(())
}

fn walk_sparse(sparse: &[u8]) -> Result<(), Finding> {
    for field in Fields(sparse) {
        if let (1 | 2, Value::Bytes(tensor)) = field? {
            walk_tensor(tensor)?;
        }
    }
    Ok(())
}

fn walk_tensor(tensor: &[u8]) -> Result<(), Finding> {
    let (mut name, mut external) = (String::new(), false);
    for field in Fields(tensor) {
        match field? {
            (8, Value::Bytes(text)) => {
                name = String::from_utf8_lossy(text).chars().take(80).collect()
            }
            (13, _) => external = true,
            (14, Value::Number(location)) => external |= location != 0,
            _ => {}
        }
    }
    if external {
        Err(Finding::External(name))
    } else {
        Ok(())
    }
}

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Fixed,
}

/// Fields of one message, in order; ends after the first error.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), Finding>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.read();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field.ok_or(Finding::Malformed("its bytes end early or make no sense")))
    }
}

impl<'a> Fields<'a> {
    fn read(&mut self) -> Option<(u64, Value<'a>)> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return None,
        };
        (key >> 3 != 0).then_some((key >> 3, value))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }
}
