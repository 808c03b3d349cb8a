//! Invented people and places. Telephone numbers come from the series that PTS keeps free for fiction, e-mail goes to
//! example.se, postcodes begin with 999, which no town has.

use super::random::Random;

/// Names that women are given.
const WOMEN: &[&str] = &[
    "Alva", "Elsa", "Maja", "Wilma", "Agnes", "Saga", "Ebba", "Tuva", "Linnea", "Selma", "Molly", "Signe", "Stina",
    "Hanna", "Moa", "Amanda", "Ida", "Nova", "Ella", "Freja", "Amina", "Fatima", "Zahra", "Maryam", "Hodan", "Ayan",
    "Leyla", "Nour", "Sara", "Emina", "Lejla", "Aino", "Milica", "Zuzanna", "Oksana", "Parisa", "Rojin", "Selam",
];

/// Names that men are given.
const MEN: &[&str] = &[
    "Elias", "Hugo", "Liam", "Oscar", "Axel", "Filip", "Viktor", "Emil", "Anton", "Nils", "Albin", "Melker", "Theo",
    "Isak", "Gustav", "Simon", "Linus", "Arvid", "Rasmus", "Kevin", "Ahmed", "Yusuf", "Omar", "Hassan", "Abdi",
    "Mahad", "Ali", "Reza", "Emir", "Tarik", "Eetu", "Nikola", "Jakub", "Danylo", "Rostam", "Dilan", "Robel", "Filmon",
];

/// Family names.
const FAMILIES: &[&str] = &[
    "Andersson",
    "Johansson",
    "Karlsson",
    "Nilsson",
    "Eriksson",
    "Larsson",
    "Persson",
    "Lindberg",
    "Lindgren",
    "Bergström",
    "Sandberg",
    "Åkesson",
    "Öberg",
    "Sjöberg",
    "Björk",
    "Ek",
    "Lund",
    "Wallin",
    "Nyström",
    "Hedlund",
    "Ström",
    "Norberg",
    "Skoog",
    "Ask",
    "Hallberg",
    "Mattsson",
    "Holm",
    "Engström",
    "Dahl",
    "Kvist",
    "Hassan",
    "Ali",
    "Abdullahi",
    "Warsame",
    "Ibrahim",
    "Haddad",
    "Rahimi",
    "Ahmadi",
    "Hodžić",
    "Kovačević",
    "Korhonen",
    "Nowak",
    "Melnyk",
    "Tesfay",
    "Haile",
    "Yilmaz",
    "Demir",
    "Nguyen",
    "Petrović",
    "Shala",
];

/// Streets of the invented town.
const STREETS: &[&str] = &[
    "Lindgatan",
    "Kvarnvägen",
    "Skolgatan",
    "Hantverkargatan",
    "Björkstigen",
    "Järnvägsgatan",
    "Ängsvägen",
    "Stationsgatan",
    "Åsgatan",
    "Rönnvägen",
    "Mejerigatan",
    "Norra Torggatan",
    "Södra Ringvägen",
    "Smedjegränd",
    "Fågelvägen",
    "Parkgatan",
    "Tallbacken",
    "Bäckvägen",
    "Östra Kyrkogatan",
    "Solrosgatan",
];

/// Towns of the invented municipality and their postcodes.
const TOWNS: &[(&str, &str)] = &[("999 01", "Exempelby"), ("999 02", "Exempelby"), ("999 12", "Södra Exempel")];

/// A given name and a family name.
pub(super) fn name(random: &mut Random, woman: bool) -> (String, String) {
    let given = random.pick(if woman { WOMEN } else { MEN });
    ((*given).to_owned(), (*random.pick(FAMILIES)).to_owned())
}

/// Where someone lives.
pub(super) struct Address {
    /// `c/o` somebody, mostly empty.
    pub(super) care_of: String,
    /// Street and number.
    pub(super) street: String,
    /// Postcode.
    pub(super) postcode: &'static str,
    /// Postal town.
    pub(super) city: &'static str,
}

/// An address in the municipality.
pub(super) fn address(random: &mut Random) -> Address {
    let care_of = if random.chance(20) { format!("c/o {}", random.pick(FAMILIES)) } else { String::new() };
    let &(postcode, city) = random.pick(TOWNS);
    let mut street = format!("{} {}", random.pick(STREETS), random.between(1, 68));
    if random.chance(250) {
        street.push_str([" A", " B", " lgh 1102", " lgh 1203"][usize::try_from(random.below(4)).unwrap_or(0)]);
    }
    Address { care_of, street, postcode, city }
}

/// A telephone number that reaches nobody.
pub(super) fn telephone(random: &mut Random) -> String {
    if random.chance(920) {
        format!("070-{}", random.between(1_740_605, 1_740_699))
    } else {
        format!("08-{}", random.between(46_500_400, 46_500_499))
    }
}

/// An address for e-mail that reaches nobody.
pub(super) fn email(given: &str, family: &str) -> String {
    let plain = |name: &str| -> String {
        crate::records::fold(name)
            .chars()
            .filter_map(|c| match c {
                'č' | 'ć' => Some('c'),
                'ž' => Some('z'),
                c => c.is_ascii_alphanumeric().then_some(c),
            })
            .collect()
    };
    format!("{}.{}@example.se", plain(given), plain(family))
}

/// A school of the invented region.
pub(super) struct School {
    /// Its name.
    pub(super) name: &'static str,
    /// Its unit code; real ones never begin with 99.
    pub(super) unit: &'static str,
    /// Who runs it.
    pub(super) provider: &'static str,
    /// Where it lies.
    pub(super) municipality: &'static str,
    /// Its programmes, as the student register writes them.
    pub(super) programmes: &'static [&'static str],
}

/// Upper-secondary schools with national programmes.
pub(super) const UPPER_SECONDARY: &[School] = &[
    School {
        name: "Exempelby gymnasium",
        unit: "99010001",
        provider: "Exempelby kommun",
        municipality: "9901",
        programmes: &["NA", "SA", "EK", "TE", "ES", "BF", "BA", "EE", "FT", "HA", "VO", "RL"],
    },
    School {
        name: "Exempelby fria läroverk",
        unit: "99010002",
        provider: "Exempelskolor AB",
        municipality: "9901",
        programmes: &["NA", "SA", "EK", "HA", "BF"],
    },
    School {
        name: "Sjöstads gymnasium",
        unit: "99020001",
        provider: "Sjöstads kommun",
        municipality: "9902",
        programmes: &["NA", "SA", "TE", "IN", "FS", "VF", "EE", "IB"],
    },
    School {
        name: "Ekeborgs naturbruksgymnasium",
        unit: "99030001",
        provider: "Region Exempel",
        municipality: "9903",
        programmes: &["NB"],
    },
];

/// Introductory programmes.
pub(super) const INTRODUCTORY: School = School {
    name: "IM Exempelby",
    unit: "99010003",
    provider: "Exempelby kommun",
    municipality: "9901",
    programmes: &["IMV", "IMY", "IMA", "IMA", "IMS"],
};

/// Adapted upper-secondary school.
pub(super) const ADAPTED: School = School {
    name: "Anpassade gymnasieskolan Exempelby",
    unit: "99010004",
    provider: "Exempelby kommun",
    municipality: "9901",
    programmes: &["AAAH"],
};

/// Compulsory school.
pub(super) const COMPULSORY: School = School {
    name: "Björkskolan",
    unit: "99010010",
    provider: "Exempelby kommun",
    municipality: "9901",
    programmes: &[""],
};

/// The school of a name.
pub(super) fn school_named(name: &str) -> Option<&'static School> {
    [&INTRODUCTORY, &ADAPTED, &COMPULSORY].into_iter().chain(UPPER_SECONDARY).find(|school| school.name == name)
}

/// Measures that the invented municipality offers, each with its class in the national statistics.
pub(super) const OFFERS: &[(&str, &str)] = &[
    ("VAGLEDNING", "Studie- och yrkesvägledning relaterat gymnasieval"),
    ("VAGLEDNING", "Studie- och yrkesvägledning relaterat vuxenutbildning, folkhögskola m.m."),
    ("MYNDIGHETSSTOD", "Stöd vid kontakt med exempelvis arbetsförmedling, socialtjänst och hälso- och sjukvård"),
    ("JOBBSOKARSTOD", "Skriva CV + personligt brev"),
    ("PRAKTIK", "Praktik via arbetsmarknadsenheten"),
    ("SUBVENTIONERAD_ANSTALLNING", "Ungdomsjobb via arbetsmarknadsenheten"),
    ("ANNAN_ATGARD", "Truckutbildning"),
    ("FRISKVARD", "10-kort på gym"),
    ("SAMTAL", ""),
    ("ANNAN_AKTOR", ""),
];

/// Where someone can practise.
pub(super) const PLACES: &[&str] = &["Exempelby bageri", "Södra Exempels ridskola", "Parkenheten", "Cykelverkstaden"];
