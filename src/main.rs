//! The kiosk's program. Everything it can do is in `cheval::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    cheval::cli::main()
}
