//! What records of SS 12000 refer to by id: schools with their owners, and programmes.

use std::collections::HashMap;

use super::node::Node;
use super::standard::municipality;

/// The organisations and programmes of a file.
#[derive(Default)]
pub(super) struct References {
    objects: HashMap<String, Object>,
}

struct Object {
    name: Option<String>,
    code: Option<String>,
    unit: Option<String>,
    municipality: Option<String>,
    is_owner: bool,
    parent: Option<String>,
    owner: Option<String>,
}

/// An organisation has a school, a school its head's district, that the owner: more steps are a circle.
const STEPS: usize = 16;

impl References {
    /// What a row can ask of an object that it refers to: its name, the code of a programme, the code of a school unit,
    /// the municipality where it or the next one above it lies, and the name of the school's owner above it.
    pub(super) const FIELDS: [&str; 5] = ["namn", "kod", "skolenhetskod", "kommun", "huvudman"];

    /// Whether others refer to a record: an organisation, or a programme.
    pub(super) fn is_one(record: &Node) -> bool {
        let has = |name: &str| record.at(name).is_some();
        has("id") && (has("organisationType") || (has("schoolType") && has("name") && !has("startDate")))
    }

    /// Takes a record in that others refer to.
    pub(super) fn take(&mut self, record: &Node) -> bool {
        let text = |path: &str| record.text(path).map(str::to_owned);
        let is_organisation = record.at("organisationType").is_some();
        let Some(id) = text("id").filter(|_| Self::is_one(record)) else { return false };
        let object = Object {
            name: text(if is_organisation { "displayName" } else { "name" }),
            code: text("code"),
            unit: text("schoolUnitCode"),
            municipality: record.text("municipalityCode").map(|code| municipality(None, code)),
            is_owner: record.text("organisationType") == Some("Huvudman"),
            parent: text("parentOrganisation.id"),
            owner: None,
        };
        self.objects.insert(id.to_lowercase(), object);
        true
    }

    /// Looks above every organisation for what it does not say itself.
    pub(super) fn inherit(&mut self) {
        let inherited: Vec<(String, Option<String>, Option<String>)> = self
            .objects
            .iter()
            .map(|(id, object)| {
                let above = || self.with_those_above(object);
                let municipality = above().find_map(|object| object.municipality.clone());
                let owner = above().find(|object| object.is_owner).and_then(|object| object.name.clone());
                (id.clone(), municipality, owner)
            })
            .collect();
        for (id, municipality, owner) in inherited {
            if let Some(object) = self.objects.get_mut(&id) {
                (object.municipality, object.owner) = (municipality, owner);
            }
        }
    }

    fn with_those_above<'a>(&'a self, object: &'a Object) -> impl Iterator<Item = &'a Object> {
        let above = |object: &&'a Object| object.parent.as_ref().and_then(|id| self.objects.get(&id.to_lowercase()));
        std::iter::successors(Some(object), above).take(STEPS)
    }

    /// Whether an object is there.
    pub(super) fn has(&self, id: &str) -> bool {
        self.objects.contains_key(&id.to_lowercase())
    }

    /// A field of an object.
    pub(super) fn field(&self, id: &str, field: &str) -> Option<&str> {
        let object = self.objects.get(&id.to_lowercase())?;
        match field {
            "namn" => &object.name,
            "kod" => &object.code,
            "skolenhetskod" => &object.unit,
            "kommun" => &object.municipality,
            "huvudman" => &object.owner,
            _ => &None,
        }
        .as_deref()
    }
}
