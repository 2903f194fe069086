//! How many of the nearest passages a search by meaning finds, whatever its reader may see.

use app::search::{SearchMode, SearchQuery};
use server::search::SearchService;
use uuid::Uuid;

use super::{
    library::{Library, Share},
    synthetic::{Synthetic, question},
};

const QUESTIONS: usize = 40;
const NEAREST: usize = 10;

/// A passage's number with its cosine to a question.
type Near = (usize, f32);

/// Prints the share of the ten nearest that are found: in memory, and by Postgres.
pub(crate) async fn tell(library: &Library, synthetic: &Synthetic) {
    println!("\nOf the {NEAREST} nearest passages, found by meaning ({QUESTIONS} questions each)\n");
    println!("{:>8} {:>9} {:>10} {:>10}", "passages", "permitted", "in memory", "Postgres");
    let ranked = all_ranked(library, synthetic).await;
    let [tenth, hundredth, thousandth] = &library.readers;
    let shares = [
        (Share::All, vec![library.admin]),
        (Share::OneIn10, tenth.clone()),
        (Share::OneIn100, hundredth.clone()),
        (Share::OneIn1000, thousandth.clone()),
    ];
    for (share, readers) in shares {
        let in_memory = recall(&library.service(), library, &readers, &ranked).await;
        let in_postgres = match library.service_without_memory() {
            Some(service) => format!("{:.3}", recall(&service, library, &readers, &ranked).await),
            None => "-".to_owned(),
        };
        println!("{:>8} {:>9} {in_memory:>10.3} {in_postgres:>10}", library.passages, share.name());
    }
}

/// For each question all passages, nearest first, by their vectors as they were made.
async fn all_ranked(library: &Library, synthetic: &Synthetic) -> Vec<Vec<Near>> {
    let mut questions = Vec::new();
    for number in 0..QUESTIONS {
        questions.push(synthetic.question_vector(number).await);
    }
    let mut ranked = vec![Vec::new(); QUESTIONS];
    for number in 0..library.passages {
        let passage = synthetic.vector(number);
        for (question, near) in questions.iter().zip(&mut ranked) {
            near.push((number, question.iter().zip(&passage).map(|(a, b)| a * b).sum()));
        }
    }
    ranked.iter_mut().for_each(|near| near.sort_by(|a: &Near, b: &Near| b.1.total_cmp(&a.1)));
    ranked
}

async fn recall(service: &SearchService, library: &Library, readers: &[Uuid], ranked: &[Vec<Near>]) -> f64 {
    let (mut found, mut sought) = (0, 0);
    for reader in readers {
        let may_read = library.readable(*reader).await;
        for (number, ranked) in ranked.iter().enumerate() {
            let nearest: Vec<String> = ranked
                .iter()
                .filter(|(number, _)| may_read.contains(&super::library::collection_of(*number)))
                .take(NEAREST)
                .map(|(number, _)| number.to_string())
                .collect();
            let query = SearchQuery {
                q: question(number),
                mode: SearchMode::Semantic,
                limit: NEAREST as u32,
                ..SearchQuery::default()
            };
            let results = service.search(*reader, &query).await.unwrap().results;
            let is_near = |name: Option<&String>| name.is_some_and(|name| nearest.contains(name));
            found += results.iter().filter(|passage| is_near(passage.external_id.as_ref())).count();
            sought += nearest.len();
        }
    }
    found as f64 / sought as f64
}
