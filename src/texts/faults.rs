//! What is wrong with a cell, and what to do about it.

use super::{Message, both};
use crate::person::NumberError;
use crate::records::CellFault;

/// The stable code of a fault.
pub fn cell_fault_code(fault: CellFault) -> &'static str {
    match fault {
        CellFault::Missing => "KAA-I001",
        CellFault::Number(NumberError::Shape) => "KAA-I002",
        CellFault::Number(NumberError::LostZeros) => "KAA-I003",
        CellFault::Number(NumberError::Exponent) => "KAA-I004",
        CellFault::Number(NumberError::Date) => "KAA-I005",
        CellFault::Number(NumberError::Future) => "KAA-I006",
        CellFault::Number(NumberError::BirthNumber) => "KAA-I007",
        CellFault::Number(NumberError::CheckDigit) => "KAA-I008",
        CellFault::CoordinationNumber => "KAA-I009",
        CellFault::Temporary => "KAA-I010",
        CellFault::Date => "KAA-I011",
        CellFault::Code => "KAA-I012",
        CellFault::YesNo => "KAA-I013",
        CellFault::Percent => "KAA-I014",
        CellFault::Municipality => "KAA-I015",
        CellFault::Forbidden => "KAA-I016",
        CellFault::EndBeforeStart => "KAA-I017",
        CellFault::TooLong => "KAA-I018",
        CellFault::NumberCycle => "KAA-I019",
        CellFault::Ragged => "KAA-I020",
        CellFault::Encoding => "KAA-I021",
    }
}

/// What is wrong.
pub fn cell_fault(fault: CellFault) -> Message {
    match fault {
        CellFault::Missing => both!("Uppgiften saknas men krävs.", "The value is missing but required."),
        CellFault::Number(NumberError::Shape) => {
            both!("Inte ett personnummer med 10 eller 12 siffror.", "Not a personnummer of 10 or 12 digits.")
        }
        CellFault::Number(NumberError::LostZeros) => both!(
            "Siffror saknas i personnumret. Inledande nollor kan ha försvunnit i Excel, men inget giltigt nummer passar.",
            "Digits are missing. Excel may have dropped leading zeros, but no valid number fits."
        ),
        CellFault::Number(NumberError::Exponent) => both!(
            "Personnumret visas som 2,0E+11. De sista siffrorna är borta.",
            "The number is shown as 2.0E+11. Its last digits are gone."
        ),
        CellFault::Number(NumberError::Date) => {
            both!("Personnumrets datum finns inte i kalendern.", "The number's date is not in the calendar.")
        }
        CellFault::Number(NumberError::Future) => {
            both!("Personen är född efter avstämningsdatum.", "The person is born after the as-of date.")
        }
        CellFault::Number(NumberError::BirthNumber) => {
            both!("Födelsenumret 000 delas inte ut.", "Birth number 000 is never given.")
        }
        CellFault::Number(NumberError::CheckDigit) => {
            both!("Personnumrets kontrollsiffra stämmer inte.", "The number's check digit does not hold.")
        }
        CellFault::CoordinationNumber => both!(
            "Samordningsnummer i folkbokföringen. Den som har ett är inte folkbokförd.",
            "A samordningsnummer among the registered. Its holder is not folkbokförd."
        ),
        CellFault::Temporary => both!(
            "Tillfälligt nummer från skolan. Raden läggs åt sidan och kopplas aldrig till en person.",
            "A school's temporary number. The row is set aside and never joined to a person."
        ),
        CellFault::Date => both!("Inget datum som går att läsa.", "Not a date that can be read."),
        CellFault::Code => both!("Värdet finns inte i kodlistan.", "The value is not in the code list."),
        CellFault::YesNo => both!("Varken J eller N.", "Neither J nor N."),
        CellFault::Percent => both!("Inget procenttal mellan 0 och 1000.", "Not a per cent between 0 and 1000."),
        CellFault::Municipality => {
            both!("Ingen kommunkod med fyra siffror.", "Not a municipality code of four digits.")
        }
        CellFault::Forbidden => both!(
            "Värdet får inte sparas (förordning 2006:39, 5 §) och togs bort.",
            "The value may not be kept (ordinance 2006:39, section 5) and was removed."
        ),
        CellFault::EndBeforeStart => {
            both!("Slutet ligger före starten.", "The end lies before the start.")
        }
        CellFault::TooLong => both!("Texten är längre än 200 tecken.", "The text is longer than 200 characters."),
        CellFault::NumberCycle => both!(
            "Personnummerbytet leder tillbaka till samma nummer.",
            "The change of number leads back to the same number."
        ),
        CellFault::Ragged => both!(
            "Raden har ett annat antal fält än rubrikraden.",
            "The row has another number of fields than the header."
        ),
        CellFault::Encoding => {
            both!("Raden innehåller tecken som inte är text.", "The row holds bytes that are no text.")
        }
    }
}

/// What to do, for the person who can mend it.
pub fn cell_fault_todo(fault: CellFault) -> Message {
    match fault {
        CellFault::Missing => both!("Fyll i värdet i källan.", "Fill in the value at the source."),
        CellFault::Number(NumberError::LostZeros | NumberError::Exponent) => both!(
            "Gör kolumnen till text i Excel och exportera igen, helst med 12 siffror.",
            "Make the column text in Excel and export again, preferably with 12 digits."
        ),
        CellFault::Number(_) => {
            both!("Rätta personnumret i källan.", "Correct the number at the source.")
        }
        CellFault::CoordinationNumber => both!(
            "Kontrollera folkbokföringen. Har personen fått personnummer: lägg en rad NYTT_PERSONNUMMER.",
            "Check the population register. If a personnummer was given, add a NYTT_PERSONNUMMER row."
        ),
        CellFault::Temporary => both!(
            "Be skolan byta till personnumret om eleven har fått ett.",
            "Ask the school to enter the personnummer if the pupil has one."
        ),
        CellFault::Date => both!(
            "Skriv datum som 2026-11-20, eller ange källans datumformat i konfigurationen.",
            "Write dates as 2026-11-20, or state the source's date format in the config."
        ),
        CellFault::Code => both!(
            "Rätta värdet, eller koppla det till en kod under kalla.varden i konfigurationen.",
            "Correct the value, or map it to a code under kalla.varden in the config."
        ),
        CellFault::YesNo => both!("Skriv J eller N.", "Write J or N."),
        CellFault::Percent => both!("Skriv ett heltal, till exempel 50.", "Write a whole number such as 50."),
        CellFault::Municipality => both!("Skriv kommunkoden, till exempel 1472.", "Write the code, for example 1472."),
        CellFault::Forbidden => both!("Ta bort värdet även i källan.", "Remove the value at the source as well."),
        CellFault::EndBeforeStart => both!("Rätta datumen i källan.", "Correct the dates at the source."),
        CellFault::TooLong => {
            both!("Kontrollera att rätt kolumn är kopplad.", "Check that the right column is mapped.")
        }
        CellFault::NumberCycle => both!("Rätta raderna i ändringsfilen.", "Correct the rows in the file of changes."),
        CellFault::Ragged => both!(
            "Kontrollera avgränsare och citattecken på raden, och exportera igen.",
            "Check the row's delimiters and quotation marks, and export again."
        ),
        CellFault::Encoding => both!("Exportera filen igen som UTF-8.", "Export the file again as UTF-8."),
    }
}

/// What was expected in a cell with this fault.
pub fn expectation(fault: CellFault) -> Message {
    match fault {
        CellFault::Number(_) | CellFault::CoordinationNumber | CellFault::Temporary => {
            both!("ÅÅÅÅMMDD-NNNN", "YYYYMMDD-NNNN")
        }
        CellFault::Date | CellFault::EndBeforeStart => both!("ÅÅÅÅ-MM-DD", "YYYY-MM-DD"),
        CellFault::Code => both!("en kod ur kodlistan", "a code of the list"),
        CellFault::YesNo => both!("J eller N", "J or N"),
        CellFault::Percent => both!("procent som heltal", "per cent as a whole number"),
        CellFault::Municipality => both!("fyra siffror", "four digits"),
        CellFault::Missing => both!("ett värde", "a value"),
        CellFault::Forbidden | CellFault::TooLong | CellFault::Encoding => both!("kort text", "short text"),
        CellFault::NumberCycle => both!("ett nytt nummer", "a new number"),
        CellFault::Ragged => both!("lika många fält som rubriker", "as many fields as headers"),
    }
}
