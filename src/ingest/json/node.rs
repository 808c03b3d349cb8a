//! One record of a JSON text, with nothing lost: numbers as they are written, names in their order.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A value of a record.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// `null`.
    Nothing,
    /// A text, a number or a truth value, as text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object; no name stands twice in it.
    Object(Vec<(String, Node)>),
}

impl Node {
    /// What stands at a path: names and places in lists, with dots between.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |node, part| match node {
            Self::Object(members) => members.iter().find(|(name, _)| name == part).map(|(_, value)| value),
            Self::List(items) => part.parse::<usize>().ok().and_then(|at| items.get(at)),
            Self::Nothing | Self::Text(_) => None,
        })
    }

    /// The text at a path; none where nothing stands. An object or a list is no text, and says so as no date or code
    /// does: what cannot be read must not pass for what is not there.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.at(path).and_then(Self::as_text)
    }

    /// Its text, as [`Node::text`].
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.trim().is_empty() => Some(text),
            Self::Nothing | Self::Text(_) => None,
            Self::List(items) if items.is_empty() => None,
            Self::List(_) => Some("[...]"),
            Self::Object(_) => Some("{...}"),
        }
    }

    /// The items of the list at a path.
    pub(super) fn items(&self, path: &str) -> &[Self] {
        match self.at(path) {
            Some(Self::List(items)) => items,
            _ => &[],
        }
    }

    /// The members of an object.
    pub(super) fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// An object of texts.
    pub(super) fn of(members: &[(&str, &str)]) -> Self {
        let member = |(name, text): &(&str, &str)| ((*name).to_owned(), Self::Text((*text).to_owned()));
        Self::Object(members.iter().map(member).collect())
    }

    /// Adds a member that is worked out from the others.
    pub(super) fn add(&mut self, name: &str, value: Self) {
        if let Self::Object(members) = self {
            members.push((name.to_owned(), value));
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Text(format!("{value:e}")).plain(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members: Vec<(String, Node)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        while let Some((name, value)) = map.next_entry::<String, Node>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom("a name twice"));
            }
            members.push((name, value));
        }
        Ok(Node::Object(members))
    }
}

impl Node {
    /// A number with a fraction as people write it, while that is short.
    fn plain(self, value: f64) -> Self {
        const GREATEST: f64 = 1e15;
        if value.abs() < GREATEST { Self::Text(value.to_string()) } else { self }
    }
}
