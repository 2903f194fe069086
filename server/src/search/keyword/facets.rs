//! Counting what a search could be narrowed to.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
    ops::RangeInclusive,
};

use app::search::{Facet, Facets, Filter};
use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::{BytesColumn, Column},
};
use time::Date;
use uuid::Uuid;

use crate::search::scope::lies_in;

/// More of a kind are not listed.
const MOST_LISTED: usize = 50;

/// The lists of [`Facets`], in their order: those by names, then the years.
const LISTS: usize = 5;
const LANGUAGES: usize = 2;
const YEARS: usize = 4;

/// Counts documents by what a filter can name: in each list those that fail no other part of the
/// filter than the list's own.
///
/// It counts what it is given, so that must be permitted. A document that lies across two segments, as
/// one may for as long as they are not merged, is counted in both.
pub(super) struct Counting<'f> {
    pub(super) filter: &'f Filter,
}

/// How many documents there are of each value of a list.
type Counts = BTreeMap<String, u32>;

impl Collector for Counting<'_> {
    type Fruit = Facets;
    type Child = SegmentCounting;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentCounting> {
        SegmentCounting::new(self.filter, segment)
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, of_segments: Vec<[Counts; LISTS]>) -> tantivy::Result<Facets> {
        let mut all = <[Counts; LISTS]>::default();
        for (list, counts) in of_segments.into_iter().flat_map(|lists| lists.into_iter().enumerate()) {
            for (value, documents) in counts {
                *all[list].entry(value).or_default() += documents;
            }
        }
        let [collections, types, languages, folders, years] = all;
        let within = self.filter.folder.as_deref().unwrap_or_default();
        Ok(Facets {
            collections: listed(collections),
            types: listed(types),
            languages: listed(languages),
            folders: listed(right_below(within, folders)),
            years: listed(years),
        })
    }
}

/// The folders right below one, each with all that lies in it.
fn right_below(folder: &str, counts: Counts) -> Counts {
    let mut below = Counts::new();
    for (path, documents) in counts.into_iter().filter(|(path, _)| folder.is_empty() || lies_in(path, folder))
    {
        let skipped = if folder.is_empty() { 0 } else { folder.len() + 1 };
        let next =
            path.get(skipped..).and_then(|rest| rest.split('/').next()).filter(|step| !step.is_empty());
        if let Some(step) = next {
            *below.entry(path[..skipped + step.len()].to_owned()).or_default() += documents;
        }
    }
    below
}

/// The commonest first.
fn listed(counts: Counts) -> Vec<Facet> {
    let mut facets: Vec<_> =
        counts.into_iter().map(|(value, documents)| Facet { value, documents }).collect();
    facets.sort_by_key(|facet| Reverse(facet.documents));
    facets.truncate(MOST_LISTED);
    facets
}

/// The counting in one segment, whose columns hold numbers for names.
pub(super) struct SegmentCounting {
    document: Option<BytesColumn>,
    named: [Named; YEARS],
    day: Column<i64>,
    days: RangeInclusive<i64>,
    years: BTreeMap<i32, u32>,
    /// Of each document, in which lists it was counted, a bit each.
    counted: Vec<u8>,
    /// In that of languages it is counted for each that its passages are in.
    counted_languages: HashSet<(u64, u64)>,
}

impl SegmentCounting {
    fn new(filter: &Filter, segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        let named = |name: &str| -> tantivy::Result<Option<BytesColumn>> {
            Ok(columns.str(name)?.map(BytesColumn::from))
        };
        let is_among = |wanted: &[String], name: &str| wanted.iter().any(|wanted| wanted == name);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let id = |bytes: &[u8]| Uuid::from_slice(bytes).unwrap_or_default().to_string();
        let collections: Vec<String> = filter.collections.iter().map(Uuid::to_string).collect();
        let document = columns.bytes("document")?;
        let julian = |day: Option<Date>, open| day.map_or(open, |day| i64::from(day.to_julian_day()));
        Ok(Self {
            named: [
                Named::new(columns.bytes("collection")?, id, collections.is_empty(), |name| {
                    is_among(&collections, name)
                })?,
                Named::new(named("media_type")?, text, filter.media_types.is_empty(), |name| {
                    is_among(&filter.media_types, name)
                })?,
                Named::new(named("language")?, text, filter.languages.is_empty(), |name| {
                    is_among(&filter.languages, name)
                })?,
                Named::new(named("folder")?, text, filter.folder.is_none(), |name| {
                    filter.folder.as_deref().is_some_and(|folder| lies_in(name, folder))
                })?,
            ],
            day: columns.i64("day")?,
            days: julian(filter.from, i64::MIN)..=julian(filter.to, i64::MAX),
            years: BTreeMap::new(),
            counted: vec![0; document.as_ref().map_or(0, BytesColumn::num_terms)],
            counted_languages: HashSet::new(),
            document,
        })
    }

    /// Whether a document is to be counted in a list now, since it was not before.
    fn is_first(&mut self, document: u64, list: usize, name: Option<u64>) -> bool {
        if list == LANGUAGES {
            return name.is_some_and(|name| self.counted_languages.insert((document, name)));
        }
        let lists = &mut self.counted[document as usize];
        let is_first = *lists >> list & 1 == 0;
        *lists |= 1 << list;
        is_first
    }
}

impl SegmentCollector for SegmentCounting {
    type Fruit = [Counts; LISTS];

    fn collect(&mut self, entry: DocId, _: Score) {
        let document = self.document.as_ref().and_then(|documents| documents.ords().first(entry));
        let (Some(document), Some(day)) = (document, self.day.first(entry)) else { return };
        let names = self.named.each_ref().map(|named| named.of(entry));
        let mut fails = [!self.days.contains(&day); LISTS];
        for (list, name) in names.into_iter().enumerate() {
            fails[list] = !self.named[list].wants(name);
        }
        for list in 0..LISTS {
            let fails_another = fails.iter().enumerate().any(|(other, fails)| *fails && other != list);
            let name = names.get(list).copied().flatten();
            if fails_another || !self.is_first(document, list, name) {
                continue;
            }
            match name {
                Some(name) => self.named[list].documents[name as usize] += 1,
                None if list == YEARS => *self.years.entry(year(day)).or_default() += 1,
                None => {}
            }
        }
    }

    fn harvest(self) -> Self::Fruit {
        let [collections, types, languages, folders] = self.named.map(Named::counts);
        let years = self.years.into_iter().map(|(year, documents)| (year.to_string(), documents)).collect();
        [collections, types, languages, folders, years]
    }
}

/// A column of names.
struct Named {
    column: Option<BytesColumn>,
    names: Vec<String>,
    /// Of each name.
    is_wanted: Vec<bool>,
    /// Whether the filter is open here, and so also for what has no name.
    is_open: bool,
    /// Of each name.
    documents: Vec<u32>,
}

impl Named {
    fn new(
        column: Option<BytesColumn>,
        read: impl Fn(&[u8]) -> String,
        is_open: bool,
        is_wanted: impl Fn(&str) -> bool,
    ) -> tantivy::Result<Self> {
        let mut names = Vec::new();
        if let Some(column) = &column {
            for number in 0..column.num_terms() as u64 {
                let mut bytes = Vec::new();
                column.ord_to_bytes(number, &mut bytes)?;
                names.push(read(&bytes));
            }
        }
        let is_wanted = names.iter().map(|name| is_open || is_wanted(name)).collect();
        Ok(Self { column, is_wanted, is_open, documents: vec![0; names.len()], names })
    }

    fn of(&self, entry: DocId) -> Option<u64> {
        self.column.as_ref()?.ords().first(entry)
    }

    fn wants(&self, name: Option<u64>) -> bool {
        name.map_or(self.is_open, |name| self.is_wanted[name as usize])
    }

    fn counts(self) -> Counts {
        self.names.into_iter().zip(self.documents).filter(|(_, documents)| *documents > 0).collect()
    }
}

fn year(day: i64) -> i32 {
    i32::try_from(day).ok().and_then(|day| Date::from_julian_day(day).ok()).map_or(0, Date::year)
}
