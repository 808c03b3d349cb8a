//! Who a row is about: numbers, birthdays, and numbers that change.

mod birthday;
mod links;
mod number;

pub use birthday::{age_on, birthday, years_before};
pub use links::{NumberLink, NumberLinks};
pub use number::{Identity, NumberError, PersonalNumber};
