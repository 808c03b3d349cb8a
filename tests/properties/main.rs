//! Laws that the rules obey in every life, and a second, slow reading of the contract that they must agree with.
//!
//! Each test is a sentence. Lives are random (see `lives`) and the seed is fixed, so a run is repeatable; a failure
//! prints the smallest life that breaks the law. Where a law does not follow from the contract as a whole, the test
//! says beside the exception which sentence of the contract stands against it.

mod contacts;
mod laws;
mod lives;
mod model;
mod runs;
