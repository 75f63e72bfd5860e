//! What was found, one line each.

use std::fmt::Write as _;

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// It is as it should be.
    Ok,
    /// A node would run, and somebody should look.
    Warn,
    /// A node would not run, or would lose trust or money.
    Fail,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What kind of thing.
    pub(super) check: &'static str,
    /// How bad it is.
    pub(super) verdict: Verdict,
    /// What was found.
    pub(super) message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
}

impl Finding {
    /// It is as it should be.
    pub(super) fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Ok, message: message.into(), advice: None }
    }

    /// Somebody should look.
    pub(super) fn warn(check: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Warn, message: message.into(), advice: Some(advice.into()) }
    }

    /// It must be mended.
    pub(super) fn fail(check: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Fail, message: message.into(), advice: Some(advice.into()) }
    }
}

/// Everything that was found, in the order of looking.
#[derive(Clone, Debug, Default)]
pub(super) struct Report(Vec<Finding>);

impl Report {
    pub(super) fn add(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    pub(super) fn extend(&mut self, findings: Vec<Finding>) {
        self.0.extend(findings);
    }

    /// How many things were looked at.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// How many must be mended.
    pub(super) fn failures(&self) -> usize {
        self.of(Verdict::Fail)
    }

    fn of(&self, verdict: Verdict) -> usize {
        self.0.iter().filter(|finding| finding.verdict == verdict).count()
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for Finding { check, verdict, message, advice } in &self.0 {
            let word = match verdict {
                Verdict::Ok => "ok",
                Verdict::Warn => "warn",
                Verdict::Fail => "fail",
            };
            // Writing to a string can not fail.
            let _written = writeln!(text, "{word:<5} {check:<10} {}", message.replace('\n', "; "));
            if let Some(advice) = advice {
                let _written = writeln!(text, "                 -> {advice}");
            }
        }
        let counts = [Verdict::Ok, Verdict::Warn, Verdict::Fail].map(|verdict| self.of(verdict));
        let _written = write!(text, "\n{} ok, {} to look at, {} to mend", counts[0], counts[1], counts[2]);
        text
    }

    /// For programs.
    pub(super) fn json(&self) -> anyhow::Result<String> {
        let document = serde_json::json!({ "ok": self.failures() == 0, "findings": self.0 });
        Ok(serde_json::to_string_pretty(&document)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_alike_for_people_and_programs() {
        let mut report = Report::default();
        report.add(Finding::ok("config", "is valid"));
        report.add(Finding::fail("database", "is gone\nfor good", "restore it"));
        let text = report.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "ok    config     is valid");
        assert_eq!(lines[1], "fail  database   is gone; for good");
        assert_eq!(lines[2], "                 -> restore it");
        assert_eq!(lines[4], "1 ok, 0 to look at, 1 to mend");
        let json: serde_json::Value = serde_json::from_str(&report.json().unwrap()).unwrap();
        assert_eq!((&json["ok"], &json["findings"][1]["verdict"]), (&false.into(), &"fail".into()));
        assert_eq!(json["findings"][0].get("advice"), None);
    }
}
