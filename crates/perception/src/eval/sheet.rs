//! Reads a label sheet: CSV with a head line. A bad row is left out with its line number; the others go on.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::{EvalError, Watcher};

/// A sheet of a million rows has some 50 MB.
const MAX_SHEET_BYTES: u64 = 256 << 20;

/// Rows with the cells of the columns that were asked for.
#[derive(Debug)]
pub(crate) struct Sheet {
    path: PathBuf,
    columns: Vec<String>,
    rows: Vec<Row>,
    left_out: BTreeMap<String, u64>,
    first_message: Option<String>,
}

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Line in the sheet, from 1.
    pub(crate) line: u64,
    cells: Vec<String>,
    broken: Option<&'static str>,
}

/// Why a row is left out: a kind that is counted, and the particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftOut {
    kind: &'static str,
    detail: String,
}

impl LeftOut {
    pub(crate) fn new(kind: &'static str, detail: impl ToString) -> Self {
        Self {
            kind,
            detail: detail.to_string(),
        }
    }

    pub(crate) fn unknown_label(column: &str, found: &str, expected: &str) -> Self {
        Self::new(
            "unknown label",
            format!("`{column}` is `{found}`; expected {expected}"),
        )
    }
}

/// Counts lines by their ends, whichever system wrote them; the reader's own count lags behind after a carriage return.
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    counted: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            counted: 0,
            line: 1,
        }
    }

    /// The line that a record begins in; records must come in their order.
    pub(crate) fn of_record(&mut self, record: &csv::ByteRecord) -> u64 {
        self.at(record.position().map_or(0, csv::Position::byte))
    }

    /// The line of the first cell at or after a place; places must rise.
    fn at(&mut self, place: u64) -> u64 {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        for (k, byte) in self.bytes.iter().enumerate().skip(self.counted) {
            if k >= place && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.counted = k + 1;
        }
        self.line
    }
}

impl Sheet {
    /// Reads the sheet, which must have the columns `wanted`.
    pub(crate) fn read(path: &Path, wanted: &[&str]) -> Result<Self, EvalError> {
        let wrong = |reason: String| EvalError::Sheet {
            path: path.to_owned(),
            reason,
        };
        let bytes = read_capped(path)?;
        let mut reader = csv_reader(&bytes, true);
        let head = reader.byte_headers().map_err(|e| wrong(e.to_string()))?;
        let columns: Vec<String> = head
            .iter()
            .map(|name| String::from_utf8_lossy(name).to_lowercase())
            .map(|name| name.trim_start_matches('\u{feff}').to_owned())
            .collect();
        for column in wanted {
            if !columns.iter().any(|found| found == column) {
                return Err(EvalError::Column {
                    path: path.to_owned(),
                    column: (*column).to_owned(),
                    found: columns.join(", "),
                });
            }
        }
        let mut rows = Vec::new();
        let mut lines = Lines::of(&bytes);
        for record in reader.byte_records() {
            let record = record.map_err(|e| wrong(e.to_string()))?;
            rows.push(Row::of(&record, columns.len(), lines.of_record(&record)));
        }
        Ok(Self {
            path: path.to_owned(),
            columns,
            rows,
            left_out: BTreeMap::new(),
            first_message: None,
        })
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c == column)
    }

    /// A cell by its column; empty when the column is absent.
    pub(crate) fn cell<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        self.columns
            .iter()
            .position(|c| c == column)
            .and_then(|at| row.cells.get(at))
            .map_or("", String::as_str)
    }

    /// Looks at every row with `look`. What it refuses is counted and told.
    pub(crate) fn each<T>(
        &mut self,
        watcher: &mut dyn Watcher,
        mut look: impl FnMut(&Self, &Row) -> Result<T, LeftOut>,
    ) -> Vec<T> {
        let rows = std::mem::take(&mut self.rows);
        let mut taken = Vec::new();
        for (k, row) in rows.iter().enumerate() {
            let looked = match row.broken {
                Some(reason) => Err(LeftOut::new("broken row", reason)),
                None => look(self, row),
            };
            match looked {
                Ok(found) => taken.push(found),
                Err(reason) => self.leave_out(row.line, &reason, watcher),
            }
            watcher.row_done(k + 1, rows.len());
        }
        self.rows = rows;
        taken
    }

    fn leave_out(&mut self, line: u64, reason: &LeftOut, watcher: &mut dyn Watcher) {
        let message = format!(
            "{}:{line}: {}: {}",
            self.path.display(),
            reason.kind,
            reason.detail
        );
        watcher.left_out(&message);
        self.first_message.get_or_insert(message);
        *self.left_out.entry(reason.kind.to_owned()).or_default() += 1;
    }

    /// Counts of the rows that were left out, by kind.
    ///
    /// # Errors
    /// [`EvalError::NothingUsable`] when `used` is 0.
    pub(crate) fn close(self, used: usize) -> Result<BTreeMap<String, u64>, EvalError> {
        if used > 0 {
            return Ok(self.left_out);
        }
        Err(EvalError::NothingUsable {
            path: self.path,
            rows: self.rows.len(),
            first: self
                .first_message
                .unwrap_or_else(|| "it has no rows".to_owned()),
        })
    }
}

impl Row {
    fn of(record: &csv::ByteRecord, columns: usize, line: u64) -> Self {
        let cells: Result<Vec<String>, _> = record
            .iter()
            .map(|cell| std::str::from_utf8(cell).map(str::to_owned))
            .collect();
        let broken = match &cells {
            Err(_) => Some("it is not UTF-8"),
            Ok(cells) if cells.len() < columns => Some("it has fewer cells than the head line"),
            Ok(cells) if cells.len() > columns => {
                Some("it has more cells than the head line; text with a comma needs quotes")
            }
            Ok(_) => None,
        };
        Self {
            line,
            cells: cells.unwrap_or_default(),
            broken,
        }
    }
}

/// A label file's bytes, of which there may not be too many.
pub(crate) fn read_capped(path: &Path) -> Result<Vec<u8>, EvalError> {
    let wrong = |reason: String| EvalError::Sheet {
        path: path.to_owned(),
        reason,
    };
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_SHEET_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|e| wrong(e.to_string()))?;
    if bytes.len() as u64 > MAX_SHEET_BYTES {
        return Err(wrong(format!(
            "it is larger than {} MiB",
            MAX_SHEET_BYTES >> 20
        )));
    }
    Ok(bytes)
}

/// Rows may be of any length; whoever reads them says what is wrong with them.
pub(crate) fn csv_reader(bytes: &[u8], has_headers: bool) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(has_headers)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes)
}

/// The folder of the pictures.
pub(crate) fn demand_folder(data: &Path) -> Result<(), EvalError> {
    if data.is_dir() {
        return Ok(());
    }
    Err(EvalError::NoFolder {
        path: data.to_owned(),
    })
}

/// The file that a row names, which must lie below `data`.
pub(crate) fn file_below(data: &Path, name: &str) -> Result<PathBuf, LeftOut> {
    let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    if name.is_empty() || !Path::new(name).components().all(inside) {
        return Err(LeftOut::new(
            "file outside the folder",
            format!("`{name}` does not name a file below the data folder"),
        ));
    }
    let path = data.join(name);
    if path.is_file() {
        Ok(path)
    } else {
        Err(LeftOut::new("no such file", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what it is told.
    #[derive(Default)]
    struct Ear(Vec<String>);

    impl Watcher for Ear {
        fn row_done(&mut self, _: usize, _: usize) {}
        fn left_out(&mut self, message: &str) {
            self.0.push(message.to_owned());
        }
    }

    fn written(text: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("labels.csv");
        std::fs::write(&path, text).unwrap();
        (dir, path)
    }

    #[test]
    fn cells_are_found_by_column_whatever_its_place_and_case() {
        let (_dir, path) =
            written("\u{feff}Age,FILE\r\n30,\"a,b.jpg\"\r\n\r\n40,c.jpg\r\n".as_bytes());
        let sheet = Sheet::read(&path, &["file", "age"]).unwrap();
        let files: Vec<_> = sheet.rows().iter().map(|r| sheet.cell(r, "file")).collect();
        assert_eq!(files, ["a,b.jpg", "c.jpg"]);
        assert_eq!(sheet.rows()[1].line, 4);
        assert_eq!(sheet.cell(&sheet.rows()[0], "group"), "");
        assert!(!sheet.has("group"));
    }

    #[test]
    fn a_missing_column_is_named_with_what_is_there() {
        let (_dir, path) = written(b"file;age\na.jpg;3\n");
        let error = Sheet::read(&path, &["file"]).unwrap_err().to_string();
        assert!(
            error.contains(":1: the column `file` is missing; found: file;age"),
            "{error}"
        );
    }

    #[test]
    fn bad_rows_are_counted_and_told_with_their_line_and_the_others_go_on() {
        let (_dir, path) = written(b"file,age\na.jpg,1\nb.jpg\nc.jpg,2,3\n\xff\xfe,4\nd.jpg,5\n");
        let mut sheet = Sheet::read(&path, &["file", "age"]).unwrap();
        let mut ear = Ear::default();
        let ages = sheet.each(&mut ear, |sheet, row| match sheet.cell(row, "age") {
            "5" => Err(LeftOut::unknown_label("age", "5", "1")),
            age => Ok(age.to_owned()),
        });
        assert_eq!(ages, ["1"]);
        assert_eq!(ear.0.len(), 4);
        assert!(
            ear.0[0].contains("labels.csv:3: broken row: it has fewer cells"),
            "{:?}",
            ear.0
        );
        assert!(
            ear.0[2].contains("labels.csv:5: broken row: it is not UTF-8"),
            "{:?}",
            ear.0
        );
        assert!(ear.0[3].contains("`age` is `5`; expected 1"), "{:?}", ear.0);
        let counts = sheet.close(1).unwrap();
        assert_eq!((counts["broken row"], counts["unknown label"]), (3, 1));
    }

    #[test]
    fn a_sheet_without_a_usable_row_says_why() {
        let (_dir, path) = written(b"file\n");
        let error = Sheet::read(&path, &["file"]).unwrap().close(0).unwrap_err();
        assert!(error.to_string().ends_with("it has no rows"), "{error}");
        let (_dir, path) = written(b"");
        assert!(matches!(
            Sheet::read(&path, &["file"]),
            Err(EvalError::Column { .. })
        ));
    }

    #[test]
    fn a_sheet_or_folder_that_is_not_there_is_named() {
        let nowhere = Path::new("no/such/place");
        let error = Sheet::read(nowhere, &["file"]).unwrap_err().to_string();
        assert!(error.contains("no/such/place"), "{error}");
        assert!(matches!(
            demand_folder(nowhere),
            Err(EvalError::NoFolder { .. })
        ));
    }

    #[test]
    fn nothing_outside_the_folder_is_opened() {
        let (dir, path) = written(b"");
        for name in [
            "../labels.csv",
            path.to_str().unwrap(),
            "",
            "a/../../labels.csv",
        ] {
            let refused = file_below(dir.path(), name).unwrap_err();
            assert_eq!(refused.kind, "file outside the folder", "{name}");
        }
        assert_eq!(
            file_below(dir.path(), "x.jpg").unwrap_err().kind,
            "no such file"
        );
        assert_eq!(
            file_below(dir.path(), "./labels.csv").unwrap(),
            dir.path().join("labels.csv")
        );
    }
}
