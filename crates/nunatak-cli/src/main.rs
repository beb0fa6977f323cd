//! The program as an executable of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(nunatak_cli::run(std::env::args_os()))
}
