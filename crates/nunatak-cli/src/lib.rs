//! `nunatak`, the program: the library's jobs from a terminal.
//!
//! The program that `cargo install` builds and the one that comes with the Python wheel are both [`run`].

mod commands;
mod output;
mod progress;

use std::ffi::OsString;

use clap::error::{ContextKind, ErrorKind as UsageErrorKind};
use clap::{Parser, Subcommand};
use nunatak::ErrorKind;

/// Ice-sheet models meet satellite altimetry.
#[derive(Parser)]
#[command(name = "nunatak", version, after_help = "Exit codes: 0 done, 2 bad usage, 3 bad data, 4 a failed store.")]
struct Program {
    #[command(subcommand)]
    command: Command,
    /// Print JSON, for machines.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    Info(commands::info::Arguments),
    Catalog(commands::catalog::Arguments),
    Ls(commands::ls::Arguments),
    Check(commands::check::Arguments),
    Regrid(commands::regrid::Arguments),
    Ensemble(Box<commands::ensemble::Arguments>),
    Aggregate(commands::aggregate::Arguments),
    Compare(commands::compare::Arguments),
}

/// Runs the program with these arguments, of which the first is its own name, and returns its exit code: 0 done,
/// 2 bad usage, 3 bad data, 4 a failed store.
///
/// ```
/// assert_eq!(nunatak_cli::run(["nunatak", "no-such-command"]), 2);
/// ```
pub fn run<A: Into<OsString> + Clone>(arguments: impl IntoIterator<Item = A>) -> u8 {
    let program = match Program::try_parse_from(arguments) {
        Ok(program) => program,
        Err(error) => return refuse(&error),
    };
    let format = if program.json { output::Format::Json } else { output::Format::Text };
    let done = match program.command {
        Command::Info(arguments) => commands::info::run(&arguments, format),
        Command::Catalog(arguments) => commands::catalog::run(&arguments, format),
        Command::Ls(arguments) => commands::ls::run(&arguments, format),
        Command::Check(arguments) => commands::check::run(&arguments, format),
        Command::Regrid(arguments) => commands::regrid::run(&arguments, format),
        Command::Ensemble(arguments) => commands::ensemble::run(&arguments, format),
        Command::Aggregate(arguments) => commands::aggregate::run(&arguments, format),
        Command::Compare(arguments) => commands::compare::run(&arguments, format),
    };
    match done {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("nunatak: {error}");
            error.kind().exit_code()
        }
    }
}

/// Prints what is wrong with the command line, or the help that was asked for. `clap` would repeat a value that cannot
/// be used: it may hold a password.
fn refuse(error: &clap::Error) -> u8 {
    if let (UsageErrorKind::ValueValidation, Some(reason)) = (error.kind(), std::error::Error::source(error)) {
        let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
        eprintln!("nunatak: {argument}: {reason}");
        return ErrorKind::Argument.exit_code();
    }
    // A reader that closed the pipe is no error.
    let _ = error.print();
    if error.use_stderr() { ErrorKind::Argument.exit_code() } else { 0 }
}
