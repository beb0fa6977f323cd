//! What the commands print: text for people, JSON for machines.

use std::io::Write;

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Json,
}

/// Prints a line; a reader that closed the pipe ends the program quietly.
pub(crate) fn line(text: impl std::fmt::Display) {
    if writeln!(std::io::stdout(), "{text}").is_err() {
        std::process::exit(0);
    }
}

/// Prints a value as JSON.
pub(crate) fn json(value: &serde_json::Value) {
    line(format_args!("{value:#}"));
}

/// A number with this many decimals; `-` for NaN.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    if value.is_nan() { "-".into() } else { format!("{value:.decimals$}") }
}
