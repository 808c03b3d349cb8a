//! Who else can read a folder on Windows. There folders inherit their rights, and a new one below `C:\` or on a share can
//! be read by every user of the computer. Elsewhere the program makes folders that only their owner reads.
//!
//! Windows tells the rights of a folder as text, in SDDL (the security descriptor definition language), the same in every
//! language of the system: `D:PAI(A;OICI;0x1200a9;;;BU)`. Its own program `icacls` writes that into a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::system::INHERITS_RIGHTS;

/// Those who are more than anyone who works with the target group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Many {
    /// Everyone, also those who have no account.
    Everyone,
    /// Everyone with an account that the system has checked.
    Authenticated,
    /// Everyone who sits at the computer.
    Interactive,
    /// The users of the computer, which those of a domain are as well.
    Users,
    /// The users of the domain.
    DomainUsers,
    /// Guests.
    Guests,
}

impl Many {
    /// By the two letters of SDDL or by the security identifier.
    fn of(trustee: &str) -> Option<Self> {
        Some(match trustee {
            "WD" | "S-1-1-0" | "AN" | "S-1-5-7" => Self::Everyone,
            "AU" | "S-1-5-11" => Self::Authenticated,
            "IU" | "S-1-5-4" => Self::Interactive,
            "BU" | "S-1-5-32-545" => Self::Users,
            "BG" | "S-1-5-32-546" | "DG" => Self::Guests,
            "DU" => Self::DomainUsers,
            // The groups of a domain have its number before their own.
            domain if domain.starts_with("S-1-5-21-") && domain.ends_with("-513") => Self::DomainUsers,
            domain if domain.starts_with("S-1-5-21-") && domain.ends_with("-514") => Self::Guests,
            _ => return None,
        })
    }
}

/// Who of the many can read a folder, or what is made in it, by its rights in SDDL. An entry that refuses holds for those
/// that follow it, as in the system.
///
/// `None`: the text tells of no rights.
pub fn many_who_read(sddl: &str) -> Option<Vec<Many>> {
    let (_, rights) = sddl.rsplit_once("D:")?;
    let (flags, entries) = rights.split_at(rights.find('(').unwrap_or(rights.len()));
    if flags.contains("NO_ACCESS_CONTROL") {
        return Some(vec![Many::Everyone]);
    }
    let (mut allowed, mut refused) = (Vec::new(), Vec::new());
    for entry in entries.split('(').skip(1) {
        let fields: Vec<&str> = entry.split(')').next().unwrap_or_default().split(';').collect();
        let [kind, inheritance, rights, _, _, trustee, ..] = fields[..] else { continue };
        let Some(many) = Many::of(trustee).filter(|_| lets_read(rights)) else { continue };
        match kind {
            "A" | "XA" | "OA" if !refused.contains(&many) && !refused.contains(&Many::Everyone) => allowed.push(many),
            // One that is only inherited says nothing of the folder itself.
            "D" | "XD" | "OD" if !inheritance.contains("IO") => refused.push(many),
            _ => {}
        }
    }
    allowed.sort();
    allowed.dedup();
    Some(allowed)
}

/// Whether rights, as letters or a number, let someone list a folder or read a file.
fn lets_read(rights: &str) -> bool {
    const READ_DATA: u32 = 1;
    const GENERIC: u32 = 0x8000_0000 | 0x1000_0000;
    if let Some(number) = rights.strip_prefix("0x") {
        return u32::from_str_radix(number, 16).is_ok_and(|number| number & (READ_DATA | GENERIC) != 0);
    }
    let pairs = rights.as_bytes().chunks(2);
    pairs.into_iter().any(|pair| [b"FA", b"FR", b"GA", b"GR", b"KA", b"KR", b"CC"].iter().any(|read| pair == *read))
}

/// Who of the many can read what is written in a folder. `None`: the system does not say; on others than Windows nobody.
pub fn many_who_read_folder(folder: &Path) -> Option<Vec<Many>> {
    if INHERITS_RIGHTS { ask(&system_program("icacls.exe"), folder).ok().flatten() } else { Some(Vec::new()) }
}

/// A program of the system itself, and none of that name that lies elsewhere.
fn system_program(name: &str) -> PathBuf {
    let system = std::env::var_os("SystemRoot").map(|root| PathBuf::from(root).join("System32"));
    system.map_or_else(|| PathBuf::from(name), |folder| folder.join(name))
}

/// Lets `icacls` write the rights of the nearest folder that is there.
fn ask(icacls: &Path, folder: &Path) -> io::Result<Option<Vec<Many>>> {
    let folder = std::path::absolute(folder)?;
    let Some(present) = folder.ancestors().find(|folder| folder.is_dir()) else { return Ok(None) };
    let scratch = tempfile::tempdir()?;
    let answer = scratch.path().join("rights");
    let quiet =
        |command: &mut Command| command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !quiet(Command::new(icacls).arg(present).arg("/save").arg(&answer).arg("/q"))?.success() {
        return Ok(None);
    }
    Ok(many_who_read(&text_of(&fs::read(&answer)?)))
}

/// UTF-16 without a mark, as `icacls` writes; or with one.
fn text_of(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readers(entries: &str) -> Vec<Many> {
        many_who_read(&format!("O:BAG:SYD:PAI{entries}")).expect("rights")
    }

    #[test]
    fn a_folder_of_the_team_and_the_system_is_closed_to_others() {
        let team = "(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;S-1-5-21-1004336348-1177238915-682003330-1604)(A;OICI;FA;;;BA)";
        assert_eq!(readers(team), []);
        assert_eq!(many_who_read("D:"), Some(Vec::new()), "nobody at all");
    }

    #[test]
    fn everyone_and_users_are_known_by_letters_and_by_number() {
        let cases = [
            ("WD", Many::Everyone),
            ("S-1-1-0", Many::Everyone),
            ("BU", Many::Users),
            ("S-1-5-32-545", Many::Users),
            ("AU", Many::Authenticated),
            ("DU", Many::DomainUsers),
            ("S-1-5-21-1004336348-1177238915-682003330-513", Many::DomainUsers),
            ("BG", Many::Guests),
            ("IU", Many::Interactive),
        ];
        for (trustee, many) in cases {
            assert_eq!(readers(&format!("(A;OICI;FA;;;SY)(A;OICIID;0x1200a9;;;{trustee})")), [many], "{trustee}");
        }
    }

    #[test]
    fn only_rights_to_read_count() {
        for (rights, reads) in [
            ("FA", true),
            ("FR", true),
            ("GRGX", true),
            ("0x1200a9", true),
            ("0x1f01ff", true),
            ("0x80000000", true),
            ("CCLCSWLORC", true),
            // A letter box: whoever makes the exports may put files there, and not look.
            ("0x100116", false),
            ("FW", false),
            ("FX", false),
            ("DCLC", false),
            ("", false),
            ("0xrätt", false),
        ] {
            assert_eq!(!readers(&format!("(A;;{rights};;;BU)")).is_empty(), reads, "{rights}");
        }
    }

    #[test]
    fn what_the_folder_hands_down_counts_and_what_is_refused_first_does_not() {
        assert_eq!(readers("(A;OICIIO;GR;;;BU)"), [Many::Users], "files that are made there");
        assert_eq!(readers("(D;;FR;;;BU)(A;;FR;;;BU)"), []);
        assert_eq!(readers("(D;;FR;;;WD)(A;;FR;;;BU)"), []);
        assert_eq!(readers("(A;;FR;;;BU)(D;;FR;;;BU)"), [Many::Users], "in the order of the system");
        assert_eq!(readers("(D;OICIIO;FR;;;BU)(A;;FR;;;BU)"), [Many::Users]);
        assert_eq!(
            readers("(XA;;FR;;;BU;(@User.Team==\"KAA\"))(A;;FA;;;WD)(A;;FR;;;WD)"),
            [Many::Everyone, Many::Users]
        );
    }

    #[test]
    fn a_folder_without_any_rights_is_everyones_and_other_texts_say_nothing() {
        assert_eq!(many_who_read("D:NO_ACCESS_CONTROL"), Some(vec![Many::Everyone]));
        for text in ["", "output", "O:BAG:SY"] {
            assert_eq!(many_who_read(text), None, "{text}");
        }
        assert_eq!(readers("(A;;FR)(;;;;;)(A;OICI;FA;;;"), [], "entries that are cut off");
    }

    #[test]
    fn the_answer_of_the_system_is_read_as_it_writes_it() {
        if INHERITS_RIGHTS {
            return;
        }
        let folder = tempfile::tempdir().expect("a folder");
        // Stands for icacls: the folder's name, then its rights, in UTF-16.
        let script = "#!/bin/sh\n[ \"$2 $4\" = '/save /q' ] && [ -d \"$1\" ] || exit 1\n\
            printf 'output\\r\\nD:AI(A;ID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)\\r\\n' | iconv -t UTF-16LE > \"$3\"\n";
        let program = folder.path().join("icacls");
        fs::write(&program, script).expect("a script");
        assert!(Command::new("chmod").arg("700").arg(&program).status().expect("chmod").success());
        let not_yet = folder.path().join("output/1472-tibro");
        assert_eq!(ask(&program, &not_yet).expect("an answer"), Some(vec![Many::Users]));
        fs::write(&program, "#!/bin/sh\nexit 5\n").expect("a script");
        assert_eq!(ask(&program, &not_yet).expect("no answer"), None);
        assert!(ask(&folder.path().join("no-such-program"), &not_yet).is_err());
    }
}
