//! Rule files: the embedded ones, sound and wrong ones, and what no text may do.

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use crate::apply::repair_time;
use crate::{Entry, RepairError, RuleFile, RuleSet, TimeColumn, all_rules};

const SOUND: &str = r#"
[[rule]]
id = "X1"
who = "me"
symptom = "a wrong calendar"
fix = "the right one"
severity = "warning"
category = "time"
source = "my notes"
on = "time"
match = { calendar = ["standard"], steps = [360.0] }
apply = { set_calendar = "360_day" }
"#;

fn message(text: &str) -> String {
    match RuleFile::parse("mine.toml", text) {
        Err(error @ RepairError::RuleFile { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Every numbered item of the community's lists of errors.
#[test]
fn every_known_error_has_a_rule() {
    let counts = [("A", 10), ("B", 8), ("C", 19), ("D", 7), ("G", 13), ("N", 1)];
    let wanted: Vec<String> =
        counts.iter().flat_map(|(group, count)| (1..=*count).map(move |at| format!("{group}{at}"))).collect();
    let mut found: Vec<String> = all_rules().iter().map(|rule| rule.id.to_string()).collect();
    let (mut sorted, count) = (wanted.clone(), found.len());
    sorted.sort();
    found.sort();
    assert_eq!(found, sorted);
    assert_eq!(count, 58);
}

#[test]
fn guesses_carry_their_evidence() {
    for id in ["C4", "C5", "C7", "C8", "C12", "C13", "C14"] {
        let rule = all_rules().iter().find(|rule| rule.id == id).unwrap();
        assert!(rule.inferred.as_ref().is_some_and(|text| text.len() > 20), "{id}");
    }
    assert!(all_rules().iter().find(|rule| rule.id == "C2").unwrap().inferred.is_none());
}

#[test]
fn a_sound_file_is_read_and_takes_the_place_of_a_rule_of_its_name() {
    let file = RuleFile::parse("mine.toml", SOUND).unwrap();
    assert_eq!((file.rules.len(), &*file.rules[0].id), (1, "X1"));
    let set = RuleSet::ismip6().with_rules(file);
    assert_eq!(set.rules().len(), all_rules().len() + 1);
    let other = RuleFile::parse("mine.toml", &SOUND.replace("X1", "C8")).unwrap();
    let set = set.with_rules(other);
    assert_eq!(set.rules().len(), all_rules().len() + 1);
    assert_eq!(set.rules().iter().find(|rule| rule.id == "C8").unwrap().who, "me");
    assert_eq!(set.only(&["X1"]).unwrap().rules().len(), 1);
    assert!(!set.without(&["X1"]).unwrap().has("X1"));
    assert!(set.without(&["X2"]).unwrap_err().to_string().contains("no repair rule `X2`"));
}

#[test]
fn errors_name_file_rule_key_found_and_expected() {
    let cases = [
        (
            "severity = \"warning\"",
            "severity = \"bad\"",
            "rule `X1`, `severity`: `bad` found, expected info, warning, error",
        ),
        ("category = \"time\"", "category = \"x\"", "rule `X1`, `category`: `x` found, expected naming, file"),
        ("steps = [360.0]", "steps = \"360\"", "rule `X1`, `match.steps`: invalid type: string \"360\""),
        ("steps = [360.0]", "stairs = 1", "rule `X1`, `match.stairs`: unknown field `stairs`, expected one of `units`"),
        ("\"360_day\"", "\"361_day\"", "rule `X1`, `apply.set_calendar`: `361_day` found, expected a calendar"),
        ("set_calendar", "set_calender", "unknown variant `set_calender`, expected one of `report`"),
        ("on = \"time\"", "on = \"tme\"", "rule `X1`, `on`: unknown variant `tme`, expected one of `path`"),
        ("on = \"time\"", "on = \"grid\"", "rule `X1`, `apply`: a fix found that is not for `on = \"grid\"`"),
        (
            "apply = { set_calendar = \"360_day\" }",
            "apply = \"transpose\"",
            "a fix found that is not for `on = \"time\"`",
        ),
        ("apply = { set_calendar = \"360_day\" }", "", "rule `X1`, `apply`: missing, expected a fix"),
        ("match = {", "match = { units = '(', ", "rule `X1`, `match.units`: `(` found, expected a regular expression"),
        ("id = \"X1\"", "idd = \"X1\"", "rule `number 1`, `idd`: unknown key, expected id, who"),
        ("who = \"me\"\n", "", "missing field `who`"),
        ("source =", "inferred = true\nsource =", "rule `X1`, `evidence`: missing"),
        (
            "match = { calendar = [\"standard\"], steps = [360.0] }",
            "entry = { model = 'ISSM' }",
            "only a model's name found",
        ),
        ("match = { calendar = [\"standard\"], steps = [360.0] }", "", "rule `X1`, `match`: nothing found"),
    ];
    for (from, to, expected) in cases {
        assert!(SOUND.contains(from), "{from}");
        let found = message(&SOUND.replacen(from, to, 1));
        assert!(found.starts_with("mine.toml: ") && found.contains(expected), "{found}\nexpected {expected}");
    }
    assert!(message("[[rule]\n").contains("line 1"), "{}", message("[[rule]\n"));
    assert!(message("rules = 3").contains("`rules`: integer found, expected [[rule]]"));
    assert!(message(&format!("{SOUND}{SOUND}")).contains("`X1` found twice"));
    let missing = RuleSet::none().with_file(Path::new("/no/such.toml")).unwrap_err().to_string();
    assert!(missing.starts_with("/no/such.toml: cannot be read"), "{missing}");
}

#[test]
fn rules_are_compiled_once() {
    let (first, second) = (RuleSet::ismip6(), RuleSet::ismip6());
    assert!(first.rules().len() > 50);
    for (one, other) in first.rules().iter().zip(second.rules()) {
        assert!(Arc::ptr_eq(one, other), "{}", one.id);
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _ = RuleFile::parse("any.toml", &text);
    }

    /// Sound texts with one stretch replaced reach deeper than arbitrary ones.
    #[test]
    fn no_damage_makes_the_reader_panic(start in 0_usize..400, length in 0_usize..40, put in "[-a-z0-9{}\\[\\]=\"'., _()*\\n]{0,20}") {
        let text: Vec<char> = SOUND.chars().collect();
        let start = start.min(text.len());
        let end = (start + length).min(text.len());
        let damaged: String = text[..start].iter().copied().chain(put.chars()).chain(text[end..].iter().copied()).collect();
        let _ = RuleFile::parse("any.toml", &damaged);
    }

    /// Whatever rules of time are asked to do, any axis survives it.
    #[test]
    fn no_axis_makes_a_rule_panic(
        units in "[a-z %0-9:.-]{0,30}|days since [0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}|years since 0000-00-00|day as %Y%m%d.%f|",
        calendar in proptest::option::of("standard|noleap|360_day|julian|365 days|[a-z]{0,5}"),
        values in proptest::collection::vec(prop_oneof![any::<f64>(), -1e6..1e6, Just(365.0), 18_500_101.0..21_001_301.0], 0..6),
        experiment in "exp05|hist|ctrl_proj|asmb",
    ) {
        let path = format!("/a/JPL1/ISSM/{experiment}/lithk_GIS_JPL1_ISSM_{experiment}.nc");
        let entry = Entry::of_path(Path::new("/a"), Path::new(&path), 1, &RuleSet::none()).unwrap();
        let mut column = TimeColumn {
            name: "time".into(), dimension: "time".into(), units, calendar, values,
        };
        let _ = repair_time(&mut column, &entry, &RuleSet::ismip6());
    }
}
