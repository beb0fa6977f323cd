//! Names, shapes and numbers as messages of recognition write them: as Python does.

/// A text between quotes.
pub(super) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut written = String::with_capacity(text.len() + 2);
    written.push(quote);
    for character in text.chars() {
        match character {
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            own if own == quote => written.extend(['\\', own]),
            other => written.push(other),
        }
    }
    written.push(quote);
    written
}

/// `('y', 'x')`
pub(super) fn names(names: &[String]) -> String {
    in_parentheses(names.iter().map(|name| quoted(name)))
}

/// `(3, 4)`
pub(super) fn lengths(lengths: &[usize]) -> String {
    in_parentheses(lengths.iter().map(ToString::to_string))
}

/// `{'y': 3, 'x': 4}`
pub(super) fn sizes<'a>(sizes: impl Iterator<Item = (&'a str, usize)>) -> String {
    let written: Vec<String> = sizes.map(|(name, length)| format!("{}: {length}", quoted(name))).collect();
    format!("{{{}}}", written.join(", "))
}

fn in_parentheses(items: impl Iterator<Item = String>) -> String {
    match &items.collect::<Vec<_>>()[..] {
        [single] => format!("({single},)"),
        several => format!("({})", several.join(", ")),
    }
}

/// A number to six digits, without zeros at its end.
pub(super) fn general(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return match value {
            value if value.is_nan() => "nan".into(),
            f64::INFINITY => "inf".into(),
            f64::NEG_INFINITY => "-inf".into(),
            value => format!("{value}"),
        };
    }
    let scientific = format!("{value:.5e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", without_zeros(digits), exponent.abs());
    }
    without_zeros(&format!("{value:.*}", (5 - exponent) as usize)).into()
}

fn without_zeros(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_six_digits() {
        let cases = [
            (0.0, "0"),
            (50.0, "50"),
            (36.0, "36"),
            (-95.0, "-95"),
            (1e-5, "1e-05"),
            (0.000_123_456_78, "0.000123457"),
            (123_456.7, "123457"),
            (1_234_567.0, "1.23457e+06"),
            (999_999.9, "1e+06"),
            (90.000_1, "90.0001"),
            (f64::NAN, "nan"),
        ];
        for (value, expected) in cases {
            assert_eq!(general(value), expected);
        }
    }

    #[test]
    fn names_and_shapes_are_tuples() {
        assert_eq!(names(&["y".into(), "x".into()]), "('y', 'x')");
        assert_eq!((names(&["x".into()]), names(&[])), ("('x',)".into(), "()".into()));
        assert_eq!((lengths(&[3, 4]), lengths(&[3])), ("(3, 4)".into(), "(3,)".into()));
        assert_eq!(sizes([("y", 3), ("x", 4)].into_iter()), "{'y': 3, 'x': 4}");
        assert_eq!(quoted("it's"), "\"it's\"");
    }
}
