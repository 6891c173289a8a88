//! `cheval-pack build`.

use std::path::{Path, PathBuf};

use cheval_content::PackProblems;
use cheval_content::bundle::{BuildError, Plan};
use jiff::Timestamp;

use super::progress::Bar;
use crate::{FINE, PACK_HAS_ERRORS, must_be_a_folder, print};

/// So many of the files that were left out are named.
const NAMED_MOST: usize = 5;

pub(super) fn build(
    dir: &Path,
    output: Option<PathBuf>,
    not_after: Option<Timestamp>,
) -> Result<u8, String> {
    must_be_a_folder(dir)?;
    let bar = Bar::waiting("checking");
    let built = Plan::new(dir, not_after).and_then(|plan| {
        let output = output.unwrap_or_else(|| plan.file_name().into());
        bar.measure("writing", plan.manifest().blob_bytes());
        let size_bytes = plan.write_file(&output, &mut |bytes| bar.advance(bytes))?;
        Ok((plan, output, size_bytes))
    });
    drop(bar);
    match built {
        Ok((plan, output, size_bytes)) => {
            print::problems(dir, plan.warnings());
            tell_what_is_left_out(&plan.left_out());
            let made = print::bundle(plan.manifest());
            print::done(&format!(
                "{}: {made}, {size_bytes} bytes, not signed yet.",
                output.display()
            ));
            Ok(FINE)
        }
        Err(BuildError::Pack(PackProblems(problems))) => {
            print::verdict(dir, None, &problems);
            Ok(PACK_HAS_ERRORS)
        }
        Err(cause @ BuildError::Disk(_)) => Err(cause.to_string()),
        Err(cause) => {
            print::failure(&cause.to_string());
            Ok(PACK_HAS_ERRORS)
        }
    }
}

fn tell_what_is_left_out(files: &[String]) {
    if files.is_empty() {
        return;
    }
    let named: Vec<&str> = files.iter().take(NAMED_MOST).map(String::as_str).collect();
    let more = match files.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    print::done(&format!(
        "left out, because the pack does not use it: {}{more}",
        named.join(", ")
    ));
}
