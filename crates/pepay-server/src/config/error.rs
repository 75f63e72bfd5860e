//! Configuration errors: one line each, naming the key and where it was set.

use std::path::PathBuf;

use figment::error::Kind;

/// The configuration can not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not there.
    #[error("there is no configuration file {}; give its path with --config", path.display())]
    NoFile {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// One or more keys are unknown, missing or of the wrong kind.
    #[error("{0}")]
    Keys(String),
    /// A key has a value that can not be.
    #[error("`{key}`: {problem}")]
    Value {
        /// The key, dotted.
        key: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// A file that a key points to can not be read.
    #[error("`{key}`: could not read {}", path.display())]
    File {
        /// The key, dotted.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn value(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Value { key: key.into(), problem: problem.into() }
    }
}

impl From<figment::Error> for Error {
    fn from(error: figment::Error) -> Self {
        let lines: Vec<String> = error.into_iter().map(|error| describe(&error)).collect();
        Self::Keys(lines.join("\n"))
    }
}

fn describe(error: &figment::Error) -> String {
    let mut path = error.path.clone();
    let problem = match &error.kind {
        Kind::UnknownField(field, known) => {
            if path.last() != Some(field) {
                path.push(field.clone());
            }
            format!("unknown key; known here are {}", known.join(", "))
        }
        Kind::MissingField(field) => {
            if path.last().map(String::as_str) != Some(field.as_ref()) {
                path.push(field.clone().into_owned());
            }
            "is missing".to_owned()
        }
        // The offending value is left out: it may be a secret in the wrong place.
        Kind::InvalidType(_, wanted) | Kind::InvalidValue(_, wanted) => format!("must be {wanted}"),
        kind => kind.to_string(),
    };
    let from_env = error.metadata.as_ref().is_some_and(|metadata| metadata.name.contains("environment"));
    let file = error.metadata.as_ref().and_then(|metadata| metadata.source.as_ref());
    let key = path.join(".");
    let place = match file {
        Some(source) => format!(" (in {source})"),
        None if from_env => format!(" (from {}{})", super::ENV_PREFIX, path.join("__").to_uppercase()),
        None => String::new(),
    };
    if key.is_empty() { format!("{problem}{place}") } else { format!("`{key}`: {problem}{place}") }
}
