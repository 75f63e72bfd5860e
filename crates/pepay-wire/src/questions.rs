//! What a merchant asks the payor, and the answers (contract sections 3 and 4).
//!
//! A question's `type` is one of a small set; the answer's JSON type follows from it: a boolean for `boolean`, a
//! number for `number`, a string for every other.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::json::{Object, compact};
use crate::{Code, Problem, is_email};

/// Most questions of an invoice.
const MAX_QUESTIONS: usize = 5;
/// Largest questions of an invoice, in bytes without white space.
const MAX_QUESTIONS_BYTES: usize = 512;
/// Longest id of a question, in characters.
const MAX_ID_CHARS: usize = 64;
/// Longest question, in characters; what is stored is bounded by its bytes.
const MAX_QUESTION_CHARS: usize = 255;
/// Longest answer, in characters.
const MAX_ANSWER_CHARS: usize = 1000;

/// What kind of answer a question wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuestionType {
    /// One line.
    Text,
    /// Several lines.
    Textarea,
    /// An email address.
    Email,
    /// A telephone number, as text.
    Phone,
    /// A calendar date, as text.
    Date,
    /// A JSON number.
    Number,
    /// A JSON boolean.
    Boolean,
}

impl QuestionType {
    const ALL: [(&'static str, Self); 7] = [
        ("text", Self::Text),
        ("textarea", Self::Textarea),
        ("email", Self::Email),
        ("phone", Self::Phone),
        ("date", Self::Date),
        ("number", Self::Number),
        ("boolean", Self::Boolean),
    ];
}

/// What an answer must satisfy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Validation {
    /// Whether there must be an answer.
    #[serde(default)]
    pub required: bool,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Question {
    /// Its id, unique in its invoice.
    #[schema(max_length = 64)]
    pub id: String,
    /// The question.
    pub question: String,
    /// What kind of answer it wants.
    #[serde(rename = "type")]
    pub kind: QuestionType,
    /// What the answer must satisfy.
    #[serde(default)]
    pub validation: Validation,
}

/// The questions of an invoice, as they are given and shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuestionsBody {
    /// At most five.
    pub questions: Vec<Question>,
}

/// Checked questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Questions(QuestionsBody);

impl Questions {
    /// Reads questions from a request; `at` is their JSON pointer. `None` when there are none.
    pub(crate) fn parse(raw: &RawValue, at: String) -> Result<Option<Self>, Problem> {
        let object = Object::of(raw, at.clone())?;
        if compact(raw.get()).len() > MAX_QUESTIONS_BYTES {
            let message = format!("questions must be at most {MAX_QUESTIONS_BYTES} bytes when serialised");
            return Err(Problem::at(Code::ValidationError, at, message));
        }
        let list = object.array("questions")?.ok_or_else(|| object.missing("questions"))?;
        let list_at = object.pointer("questions");
        if list.len() > MAX_QUESTIONS {
            let message = format!("there may be at most {MAX_QUESTIONS} questions");
            return Err(Problem::at(Code::ValidationError, list_at, message));
        }
        let mut seen = HashSet::new();
        let mut questions = Vec::with_capacity(list.len());
        for (index, raw) in list.into_iter().enumerate() {
            let question = parse_question(&Object::of(raw, format!("{list_at}/{index}"))?)?;
            if !seen.insert(question.id.clone()) {
                let at = format!("{list_at}/{index}/id");
                return Err(Problem::at(Code::ValidationError, at, "two questions have the same id"));
            }
            questions.push(question);
        }
        Ok((!questions.is_empty()).then_some(Self(QuestionsBody { questions })))
    }

    /// Reads what [`Self::stored`] wrote; `None` when it is damaged.
    pub fn from_stored(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok().map(Self)
    }

    /// The form that is stored and shown.
    ///
    /// # Panics
    /// Never: texts and booleans always serialise.
    pub fn stored(&self) -> String {
        serde_json::to_string(&self.0).expect("texts and booleans always serialise")
    }

    /// The questions in order.
    pub fn list(&self) -> &[Question] {
        &self.0.questions
    }

    /// Checks the answers of a payor, and gives them in the form that is stored and shown: a JSON array of
    /// [`Response`], in the order of the questions.
    ///
    /// # Panics
    /// Never: checked JSON always serialises.
    pub fn check(&self, form: &SubmitForm) -> Result<String, Problem> {
        let mut kept = Vec::new();
        for (index, answer) in form.responses.iter().enumerate() {
            if !self.list().iter().any(|question| question.id == answer.question_id) {
                let at = format!("/responses/{index}/question_id");
                return Err(Problem::at(Code::ValidationError, at, "no such question"));
            }
        }
        for question in self.list() {
            let given = form.responses.iter().enumerate().find(|(_, answer)| answer.question_id == question.id);
            match given {
                Some((index, answer)) if !answer.is_blank() => {
                    answer.check(question.kind, index)?;
                    kept.push(answer);
                }
                Some(_) | None if question.validation.required => {
                    let message = format!("question {:?} must be answered", question.id);
                    return Err(Problem::at(Code::ValidationError, "/responses", message));
                }
                Some(_) | None => {}
            }
        }
        Ok(serde_json::to_string(&kept).expect("checked JSON always serialises"))
    }
}

fn parse_question(object: &Object<'_>) -> Result<Question, Problem> {
    let word = object.required_text("type", MAX_ID_CHARS)?;
    let kind = QuestionType::ALL.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind).ok_or_else(|| {
        let known: Vec<_> = QuestionType::ALL.iter().map(|(name, _)| *name).collect();
        Problem::at(Code::ValidationError, object.pointer("type"), format!("type must be one of {}", known.join(", ")))
    })?;
    let required = match object.raw("validation") {
        Some(raw) => Object::of(raw, object.pointer("validation"))?.boolean("required")?.unwrap_or(false),
        None => false,
    };
    Ok(Question {
        id: object.required_text("id", MAX_ID_CHARS)?,
        question: object.required_text("question", MAX_QUESTION_CHARS)?,
        kind,
        validation: Validation { required },
    })
}

/// One answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Response {
    /// The question it answers.
    pub question_id: String,
    /// A string, number or boolean, as the question's type wants.
    #[schema(value_type = Object)]
    pub response: Box<RawValue>,
}

impl Response {
    fn is_blank(&self) -> bool {
        matches!(self.response.get(), "null" | "\"\"")
    }

    fn check(&self, kind: QuestionType, index: usize) -> Result<(), Problem> {
        let text: Option<String> = serde_json::from_str(self.response.get()).ok();
        let json = self.response.get();
        let (fits, wanted) = match kind {
            QuestionType::Number => (json.starts_with(|c: char| c == '-' || c.is_ascii_digit()), "a number"),
            QuestionType::Boolean => (matches!(json, "true" | "false"), "a boolean"),
            QuestionType::Email => (text.as_deref().is_some_and(is_email), "an email address"),
            QuestionType::Text | QuestionType::Textarea | QuestionType::Phone | QuestionType::Date => {
                (text.is_some(), "a string")
            }
        };
        let at = format!("/responses/{index}/response");
        if !fits {
            return Err(Problem::at(Code::ValidationError, at, format!("response must be {wanted}")));
        }
        if text.is_some_and(|text| text.chars().count() > MAX_ANSWER_CHARS) || json.len() > 6 * MAX_ANSWER_CHARS {
            let message = format!("response must be at most {MAX_ANSWER_CHARS} characters");
            return Err(Problem::at(Code::ValidationError, at, message));
        }
        Ok(())
    }
}

/// The answers of a payor, not yet checked against the questions.
#[derive(Clone, Debug)]
pub struct SubmitForm {
    /// The answers.
    pub responses: Vec<Response>,
}

/// The body of a payor's answers.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SubmitForm)]
pub struct SubmitFormBody {
    /// The answers.
    pub responses: Vec<Response>,
}

impl SubmitForm {
    /// Reads the request; check the answers with [`Questions::check`].
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        let list = object.array("responses")?.ok_or_else(|| object.missing("responses"))?;
        let at = object.pointer("responses");
        let read = |(index, raw): (usize, &RawValue)| {
            let answer = Object::of(raw, format!("{at}/{index}"))?;
            let question_id = answer.required_text("question_id", MAX_ID_CHARS)?;
            let response = answer.raw("response").map_or_else(null, ToOwned::to_owned);
            Ok(Response { question_id, response })
        };
        Ok(Self { responses: list.into_iter().enumerate().map(read).collect::<Result<_, Problem>>()? })
    }
}

fn null() -> Box<RawValue> {
    RawValue::from_string("null".to_owned()).expect("null is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn questions(json: &str) -> Result<Option<Questions>, Problem> {
        Questions::parse(&RawValue::from_string(json.to_owned()).unwrap(), "/questions".to_owned())
    }

    fn asked() -> Questions {
        questions(
            r#"{"questions":[
                {"id":"name","question":"Your name?","type":"text","validation":{"required":true}},
                {"id":"age","question":"Your age?","type":"number"},
                {"id":"news","question":"News?","type":"boolean"},
                {"id":"mail","question":"Mail?","type":"email"}]}"#,
        )
        .unwrap()
        .unwrap()
    }

    #[test]
    fn what_is_stored_reads_back() {
        assert_eq!(Questions::from_stored(&asked().stored()), Some(asked()));
        assert!(questions(r#"{"questions":[]}"#).unwrap().is_none());
    }

    #[test]
    fn answers_are_checked_against_their_questions() {
        let check = |json: &str| asked().check(&SubmitForm::parse(json.as_bytes()).unwrap());
        assert_eq!(
            check(r#"{"responses":[{"question_id":"age","response":41.5},{"question_id":"name","response":"Ada"}]}"#),
            Ok(r#"[{"question_id":"name","response":"Ada"},{"question_id":"age","response":41.5}]"#.to_owned())
        );
        for (json, param) in [
            (r#"{"responses":[]}"#, "/responses"),
            (r#"{"responses":[{"question_id":"name","response":""}]}"#, "/responses"),
            (r#"{"responses":[{"question_id":"name"}]}"#, "/responses"),
            (r#"{"responses":[{"question_id":"name","response":7}]}"#, "/responses/0/response"),
            (r#"{"responses":[{"question_id":"none","response":"x"}]}"#, "/responses/0/question_id"),
            (
                r#"{"responses":[{"question_id":"name","response":"x"},{"question_id":"age","response":"7"}]}"#,
                "/responses/1/response",
            ),
            (
                r#"{"responses":[{"question_id":"name","response":"x"},{"question_id":"news","response":"yes"}]}"#,
                "/responses/1/response",
            ),
            (
                r#"{"responses":[{"question_id":"name","response":"x"},{"question_id":"mail","response":"x"}]}"#,
                "/responses/1/response",
            ),
        ] {
            let problem = check(json).unwrap_err();
            assert_eq!((problem.code, problem.param.as_deref()), (Code::ValidationError, Some(param)), "{json}");
        }
    }
}
