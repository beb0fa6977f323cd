//! `nunatak`, the program: the library's jobs from a terminal.
//!
//! Exit codes: 2 bad usage, 3 bad data, 4 a failed store.

mod commands;
mod output;
mod progress;

use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind as UsageErrorKind};
use clap::{Parser, Subcommand};
use nunatak::ErrorKind;

/// Ice-sheet models meet satellite altimetry.
#[derive(Parser)]
#[command(version, after_help = "Exit codes: 0 done, 2 bad usage, 3 bad data, 4 a failed store.")]
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
    Aggregate(commands::aggregate::Arguments),
    Compare(commands::compare::Arguments),
}

fn main() -> ExitCode {
    let program = match Program::try_parse() {
        Ok(program) => program,
        Err(error) => return refuse(&error),
    };
    let format = if program.json { output::Format::Json } else { output::Format::Text };
    let done = match program.command {
        Command::Info(arguments) => commands::info::run(&arguments, format),
        Command::Catalog(arguments) => commands::catalog::run(&arguments, format),
        Command::Ls(arguments) => commands::ls::run(&arguments, format),
        Command::Check(arguments) => commands::check::run(&arguments, format),
        Command::Aggregate(arguments) => commands::aggregate::run(&arguments, format),
        Command::Compare(arguments) => commands::compare::run(&arguments, format),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("nunatak: {error}");
            ExitCode::from(error.kind().exit_code())
        }
    }
}

/// Says what is wrong with the command line. `clap` would repeat a value that cannot be used: it may hold a password.
fn refuse(error: &clap::Error) -> ExitCode {
    match (error.kind(), std::error::Error::source(error)) {
        (UsageErrorKind::ValueValidation, Some(reason)) => {
            let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
            eprintln!("nunatak: {argument}: {reason}");
            ExitCode::from(ErrorKind::Argument.exit_code())
        }
        _ => error.exit(),
    }
}
