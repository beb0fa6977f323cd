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

/// Prints warnings on standard error.
pub(crate) fn warn<T: std::fmt::Display>(warnings: &[T]) {
    for warning in warnings {
        eprintln!("nunatak: warning: {warning}");
    }
}

/// A number with this many decimals; `-` for NaN.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    if value.is_nan() { "-".into() } else { format!("{value:.decimals$}") }
}

/// A number with four significant digits; `-` for NaN.
pub(crate) fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return number(value, 0);
    }
    let digits = value.abs().log10().floor() as i32;
    match digits {
        -4..=5 => number(value, (3 - digits).max(0) as usize),
        _ => format!("{value:.3e}"),
    }
}
