//! Which passwords may be chosen. Length is what counts; the most guessed ones are refused.

use super::Email;

/// Shortest password, in characters.
pub const MIN_CHARS: usize = 10;
/// Longest password, in bytes: hashing more would cost without helping.
pub const MAX_BYTES: usize = 256;

/// What lists of leaked passwords begin with, of those that are long enough.
const GUESSED: [&str; 24] = [
    "1234567890",
    "12345678910",
    "0123456789",
    "0987654321",
    "9876543210",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "qwerty1234",
    "qwerty12345",
    "qwerty123456",
    "password123",
    "password1234",
    "password12",
    "passw0rd123",
    "iloveyou123",
    "letmein1234",
    "welcome123",
    "welcome1234",
    "administrator",
    "changeme123",
    "football123",
    "princess123",
    "abcdefghij",
];

/// Why a password may not be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Too short.
    #[error("use at least {MIN_CHARS} characters")]
    Short,
    /// Too long.
    #[error("use at most {MAX_BYTES} bytes")]
    Long,
    /// One of the first that anybody would try.
    #[error("this password is among the first that are guessed; choose another one")]
    Guessed,
}

/// Whether `password` may be chosen by the owner of `email`.
pub fn check(password: &str, email: &Email) -> Result<(), Weak> {
    if password.chars().count() < MIN_CHARS {
        return Err(Weak::Short);
    }
    if password.len() > MAX_BYTES {
        return Err(Weak::Long);
    }
    let lower = password.to_lowercase();
    let mut letters = lower.chars();
    let first = letters.next();
    let same = letters.all(|letter| Some(letter) == first);
    if same || GUESSED.contains(&lower.as_str()) || lower == email.as_str() {
        return Err(Weak::Guessed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_long_and_guessed_passwords_are_refused() {
        let email = Email::parse("long.address@shop.example").unwrap();
        for (password, verdict) in [
            ("correct horse", Ok(())),
            ("ünïcödé täxt", Ok(())),
            ("ninechars", Err(Weak::Short)),
            ("Password123", Err(Weak::Guessed)),
            ("aaaaaaaaaaaa", Err(Weak::Guessed)),
            ("Long.Address@shop.example", Err(Weak::Guessed)),
            (&"a1".repeat(129), Err(Weak::Long)),
        ] {
            assert_eq!(check(password, &email), verdict, "{password}");
        }
    }
}
