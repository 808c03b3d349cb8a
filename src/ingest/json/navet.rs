//! What a record of Navet says between its lines: since when somebody lives in the municipality, the moves, the numbers.

use super::node::Node;
use super::standard::municipality;

/// A registration in the history of a person, or its end.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Stay {
    day: String,
    /// The municipality's code; none where the person left the register.
    municipality: Option<String>,
    emigrated: bool,
}

/// Adds to a record what its rows need and no path names.
pub(super) fn derive(record: &mut Node) {
    if record.at("identitet").is_none() {
        return;
    }
    let replaced = record.text("avregistrering.orsakskod") == Some("GN");
    let referred = record.items("hanvisningar").to_vec();
    let stays = stays(record);
    if let Some(day) = first_day_here(&stays, record.items("folkbokforing.historik").is_empty()) {
        record.add("=folkbokford_fran", Node::Text(day));
    }
    let moves = moves(&stays, date(record, "invandring.datum").as_deref());
    record.add("=flyttningar", Node::List(moves));
    // A number that is replaced refers to the one that holds now; one that holds to those before it.
    let newer = referred.first().and_then(|number| number.text("identitetsbeteckning")).map(str::to_owned);
    match newer {
        Some(newer) if replaced => record.add("=nytt_personnummer", Node::Text(newer)),
        _ => {}
    }
    record.add("=tidigare_nummer", Node::List(if replaced { Vec::new() } else { referred }));
}

fn date(node: &Node, path: &str) -> Option<String> {
    let day = node.text(&format!("{path}.rfc3339Datum")).map(str::to_owned);
    day.or_else(|| {
        let digits = node.text(&format!("{path}.varde")).filter(|digits| digits.is_ascii() && digits.len() == 8)?;
        Some(format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]))
    })
}

/// The stays that the record tells of, the earliest first; of one day the present one last.
fn stays(record: &Node) -> Vec<Stay> {
    let stay = |node: &Node, kind: &str| {
        let left = matches!(kind, "UV" | "OB");
        let own = node.text("kommunkod").or_else(|| node.text("kommun"));
        let municipality = own.filter(|_| !left).map(|own| municipality(node.text("lanskod"), own));
        let day = date(node, "datum")?;
        (left || municipality.is_some()).then_some(Stay { day, municipality, emigrated: kind == "UV" })
    };
    let past = record.items("folkbokforing.historik").iter();
    let past = past.filter_map(|node| stay(node, node.text("folkbokforingstyp.kod").unwrap_or("FB")));
    let present = record.at("folkbokforing").and_then(|node| stay(node, "FB"));
    let mut stays: Vec<Stay> = past.collect();
    stays.sort_by(|a, b| a.day.cmp(&b.day));
    stays.extend(present.filter(|present| stays.last() != Some(present)));
    stays
}

/// The day since when the person has been registered in the municipality without a break. The date of the registration
/// is that of the address and changes with every move: only with the history behind it does it tell.
fn first_day_here(stays: &[Stay], no_history: bool) -> Option<String> {
    if no_history {
        return None;
    }
    let here = &stays.last()?.municipality;
    let since = stays.iter().rev().take_while(|stay| stay.municipality == *here).last()?;
    here.is_some().then(|| since.day.clone())
}

/// A row for each time that the municipality changed, and for each way into and out of the register.
fn moves(stays: &[Stay], immigrated: Option<&str>) -> Vec<Node> {
    let first = stays.first().filter(|first| immigrated == Some(first.day.as_str()));
    let first = first.and_then(|stay| {
        let here = stay.municipality.as_deref()?;
        Some(Node::of(&[("handelse", "INVANDRING"), ("datum", &stay.day), ("till", here)]))
    });
    let changes = stays.windows(2).filter_map(|pair| {
        let [before, after] = pair else { return None };
        let day = ("datum", after.day.as_str());
        match (before.municipality.as_deref(), after.municipality.as_deref()) {
            (Some(from), Some(to)) if from == to => None,
            (Some(from), Some(to)) => Some(Node::of(&[("handelse", "INFLYTT"), day, ("fran", from), ("till", to)])),
            (None, Some(to)) => Some(Node::of(&[("handelse", "INVANDRING"), day, ("till", to)])),
            (Some(from), None) => {
                let event = if after.emigrated { "UTVANDRING" } else { "AVREGISTRERAD" };
                Some(Node::of(&[("handelse", event), day, ("fran", from)]))
            }
            (None, None) => None,
        }
    });
    first.into_iter().chain(changes).collect()
}
