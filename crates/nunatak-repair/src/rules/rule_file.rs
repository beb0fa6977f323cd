//! Rule files: TOML with one `[[rule]]` for every rule.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::category::Category;
use crate::error::{RepairError, Result};
use crate::rules::case::{Case, Conditions};
use crate::rules::conditions::EntryConditions;
use crate::rules::fix::Fix;
use crate::rules::rule::Rule;
use crate::rules::subject::Subject;
use crate::severity::Severity;

/// The rules of a file, in its order, which is that in which they are applied.
///
/// # Examples
/// ```
/// use nunatak_repair::{RuleFile, RuleSet};
///
/// let text = r#"
///     [[rule]]
///     id = "X1"
///     who = "my model"
///     symptom = "no title"
///     fix = "title set"
///     severity = "info"
///     category = "attributes"
///     source = "my notes"
///     on = "file"
///     match = { lacks_attributes = ["title"] }
///     apply = { set_attribute = { name = "title", value = "Antarctica" } }
/// "#;
/// let file = RuleFile::parse("mine.toml", text)?;
/// assert_eq!((file.rules.len(), &*file.rules[0].id), (1, "X1"));
/// assert!(RuleSet::ismip6().with_rules(file).has("X1"));
/// # Ok::<(), nunatak_repair::RepairError>(())
/// ```
#[derive(Debug)]
pub struct RuleFile {
    /// The rules.
    pub rules: Vec<Rule>,
}

/// The file and the rule that a problem is in.
struct RuleContext<'a> {
    file: &'a str,
    rule: String,
}

impl RuleContext<'_> {
    fn error(&self, key: &str, problem: impl Into<String>) -> RepairError {
        RepairError::RuleFile {
            file: self.file.into(),
            rule: self.rule.clone(),
            key: key.into(),
            problem: problem.into(),
        }
    }

    /// A value as what the key expects.
    fn typed<T: DeserializeOwned>(&self, key: &str, value: Value) -> Result<T> {
        serde_path_to_error::deserialize(value).map_err(|error| {
            let path = error.path().to_string();
            let key = if path == "." { key.to_string() } else { format!("{key}.{path}") };
            self.error(&key, error.into_inner().message())
        })
    }
}

/// What every rule must say.
#[derive(Deserialize)]
struct Text {
    id: String,
    who: String,
    symptom: String,
    fix: String,
    severity: String,
    category: String,
    source: String,
    #[serde(default)]
    inferred: bool,
    #[serde(default)]
    evidence: Option<String>,
}

const TEXT_KEYS: [&str; 9] = ["id", "who", "symptom", "fix", "severity", "category", "source", "inferred", "evidence"];
const CASE_KEYS: [&str; 6] = ["on", "entry", "match", "apply", "inferred", "evidence"];

impl RuleFile {
    /// Reads the text of a rule file; `file` names it in errors.
    ///
    /// # Errors
    /// [`RepairError::RuleFile`] names the file, the rule, the key, what was found and what was expected.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let top = RuleContext { file, rule: String::new() };
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map_or(0, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
            top.error(&format!("line {line}"), format!("not TOML: {}", error.message()))
        })?;
        let mut rules: Vec<Rule> = Vec::new();
        for (key, value) in table {
            let Value::Array(items) = value else {
                return Err(top.error(&key, format!("{} found, expected [[rule]]", value.type_str())));
            };
            if key != "rule" {
                return Err(top.error(&key, "unknown key, expected [[rule]]"));
            }
            for (at, item) in items.into_iter().enumerate() {
                let rule = rule(file, at, item)?;
                if rules.iter().any(|own| own.id == rule.id) {
                    let context = RuleContext { file, rule: rule.id.to_string() };
                    return Err(context.error("id", format!("`{}` found twice, expected another name", rule.id)));
                }
                rules.push(rule);
            }
        }
        Ok(Self { rules })
    }
}

fn rule(file: &str, at: usize, item: Value) -> Result<Rule> {
    let mut context = RuleContext { file, rule: format!("number {}", at + 1) };
    let Value::Table(mut table) = item else {
        return Err(context.error("rule", format!("{} found, expected a table", item.type_str())));
    };
    if let Some(Value::String(id)) = table.get("id") {
        context.rule = id.clone();
    }
    let cases = match table.remove("case") {
        None => vec![case_table(&mut table)],
        Some(Value::Array(cases)) => cases,
        Some(other) => return Err(context.error("case", format!("{} found, expected [[rule.case]]", other.type_str()))),
    };
    only(&context, "", &table, &TEXT_KEYS)?;
    let text: Text = context.typed("rule", Value::Table(table))?;
    if text.id.trim().is_empty() || text.id.len() > 40 {
        return Err(context.error("id", format!("`{}` found, expected a name of 1 to 40 letters", text.id)));
    }
    let evidence = evidence(&context, "", text.inferred, text.evidence)?;
    let cases: Vec<Case> = cases.into_iter().map(|table| case(&context, table)).collect::<Result<_>>()?;
    if cases.is_empty() {
        return Err(context.error("case", "nothing found, expected `match` and `apply`, or one [[rule.case]] at least"));
    }
    Ok(Rule {
        severity: named(&context, "severity", &text.severity, &Severity::ALL, Severity::name)?,
        category: named(&context, "category", &text.category, &Category::ALL, Category::name)?,
        id: text.id.into(),
        who: text.who,
        symptom: text.symptom,
        fix: text.fix,
        source: text.source,
        inferred: evidence.clone().or_else(|| cases.iter().find_map(|case| case.evidence.clone())),
        evidence,
        cases,
    })
}

/// The keys of a rule's only case, which may stand among the rule's own.
fn case_table(table: &mut Table) -> Value {
    let own = ["on", "entry", "match", "apply"];
    Value::Table(own.into_iter().filter_map(|key| table.remove(key).map(|value| (key.to_string(), value))).collect())
}

fn only(context: &RuleContext<'_>, within: &str, table: &Table, known: &[&str]) -> Result<()> {
    match table.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => {
            Err(context.error(&format!("{within}{key}"), format!("unknown key, expected {}", known.join(", "))))
        }
        None => Ok(()),
    }
}

fn evidence(context: &RuleContext<'_>, within: &str, inferred: bool, text: Option<String>) -> Result<Option<String>> {
    match (inferred, text) {
        (true, None) => {
            Err(context.error(&format!("{within}evidence"), "missing, expected a text as `inferred = true`"))
        }
        (false, Some(_)) => {
            Err(context.error(&format!("{within}inferred"), "missing, expected true beside `evidence`"))
        }
        (_, text) => Ok(text),
    }
}

fn named<T: Copy>(
    context: &RuleContext<'_>,
    key: &str,
    found: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T> {
    all.iter().copied().find(|value| name(*value) == found).ok_or_else(|| {
        let expected: Vec<&str> = all.iter().map(|value| name(*value)).collect();
        context.error(key, format!("`{found}` found, expected {}", expected.join(", ")))
    })
}

fn case(context: &RuleContext<'_>, item: Value) -> Result<Case> {
    let Value::Table(mut table) = item else {
        return Err(context.error("case", format!("{} found, expected a table", item.type_str())));
    };
    only(context, "case.", &table, &CASE_KEYS)?;
    let mut take = |key: &str| table.remove(key);
    let subject =
        take("on").ok_or_else(|| context.error("on", "missing, expected what the rule looks at, as `time`"))?;
    let subject: Subject = context.typed("on", subject)?;
    let entry: EntryConditions = take("entry").map_or(Ok(Default::default()), |value| context.typed("entry", value))?;
    let matched = take("match").unwrap_or_else(|| Value::Table(Table::new()));
    let empty = matched.as_table().is_some_and(Table::is_empty);
    let apply = take("apply").ok_or_else(|| context.error("apply", "missing, expected a fix"))?;
    let inferred = take("inferred").map_or(Ok(false), |value| context.typed("case.inferred", value))?;
    let text = take("evidence").map_or(Ok(None), |value| context.typed("case.evidence", value))?;
    let fixes = fixes(context, subject, apply)?;
    let acts = fixes.iter().any(|fix| *fix != Fix::Documented);
    if acts && empty && entry.is_only_a_name() {
        return Err(context.error("entry", "only a model's name found, expected a condition on what is in the file"));
    }
    if acts && empty && entry == EntryConditions::default() {
        return Err(context.error("match", "nothing found, expected a condition"));
    }
    Ok(Case {
        subject,
        entry,
        conditions: conditions(context, subject, matched)?,
        fixes,
        evidence: evidence(context, "case.", inferred, text)?,
    })
}

fn conditions(context: &RuleContext<'_>, subject: Subject, value: Value) -> Result<Conditions> {
    let key = "match";
    Ok(match subject {
        Subject::Path => Conditions::Path(context.typed(key, value)?),
        Subject::Header | Subject::Companion | Subject::Field => Conditions::Variable(context.typed(key, value)?),
        Subject::Time => Conditions::Time(context.typed(key, value)?),
        Subject::Grid => Conditions::Grid(context.typed(key, value)?),
        Subject::File => Conditions::File(context.typed(key, value)?),
        Subject::Values => Conditions::Values(context.typed(key, value)?),
        Subject::Join => Conditions::Join(context.typed(key, value)?),
    })
}

fn fixes(context: &RuleContext<'_>, subject: Subject, apply: Value) -> Result<Vec<Fix>> {
    let items = match apply {
        Value::Array(items) => items,
        one => vec![one],
    };
    let fixes: Vec<Fix> = items.into_iter().map(|item| context.typed("apply", item)).collect::<Result<_>>()?;
    for fix in &fixes {
        if !fix.subjects().contains(&subject) {
            let expected: Vec<&str> = fix.subjects().iter().map(|subject| subject.name()).collect();
            let problem = format!(
                "a fix found that is not for `on = \"{}\"`, expected one for it; this one is for {}",
                subject.name(),
                expected.join(", ")
            );
            return Err(context.error("apply", problem));
        }
        if let Some(problem) = fix.problem() {
            return Err(context.error("apply", problem));
        }
    }
    if fixes.is_empty() {
        return Err(context.error("apply", "an empty list found, expected a fix"));
    }
    Ok(fixes)
}
