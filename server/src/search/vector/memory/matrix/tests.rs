use std::hash::{DefaultHasher, Hash, Hasher};

use super::*;

const DIMENSIONS: usize = 100;

/// A vector of length 1 in a direction of its own, the same for the same seed: one of a few hundred
/// clusters, as texts on the same matter are.
fn vector(seed: usize) -> Vec<f32> {
    let random = |seed: (usize, usize)| {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        hasher.finish() as f32 / u64::MAX as f32 - 0.5
    };
    let cluster = seed % 300;
    let mut vector: Vec<f32> = (0..DIMENSIONS)
        .map(|dimension| random((cluster, dimension)) + 0.7 * random((1_000 + seed, dimension)))
        .collect();
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|x| *x /= length);
    vector
}

fn matrix(count: usize) -> Matrix {
    let mut matrix = Matrix::new(DIMENSIONS, count);
    (0..count).for_each(|seed| matrix.push(&vector(seed)));
    matrix
}

fn product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The nearest by their own components, every one compared.
fn exact(count: usize, query: &[f32], limit: usize, is_wanted: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut all: Vec<_> = (0..count)
        .filter(|seed| is_wanted(*seed))
        .map(|seed| (seed, product(&vector(seed), query)))
        .collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all.into_iter().take(limit).map(|(seed, _)| seed).collect()
}

#[test]
fn a_cosine_is_that_of_the_vectors_within_half_a_hundredth() {
    let matrix = matrix(50);
    for seed in 0..50 {
        let query = vector(1_000 + seed);
        let cosine = matrix.cosine(seed, &query);
        assert!((cosine - product(&vector(seed), &query)).abs() < 0.005, "{seed}: {cosine}");
    }
}

#[test]
fn the_nearest_of_all_of_some_and_of_a_few_are_found() {
    let count = 10_000;
    let matrix = matrix(count);
    for one_in in [1, 10, 100, 1_000] {
        let is_wanted = |number: usize| number.is_multiple_of(one_in);
        let (mut found, mut sought) = (0, 0);
        for question in 0..20 {
            let query = vector(20_000 + question);
            let exact = exact(count, &query, 10, is_wanted);
            let nearest = matrix.nearest(&query, 10, is_wanted);
            assert!(nearest.iter().all(|(number, _)| is_wanted(*number)));
            assert!(nearest.is_sorted_by(|a, b| a.1 >= b.1));
            found += nearest.iter().filter(|(number, _)| exact.contains(number)).count();
            sought += exact.len();
        }
        assert!(found * 100 >= sought * 98, "1 in {one_in}: {found} of {sought}");
    }
}

#[test]
fn a_vector_that_is_taken_out_leaves_its_number_to_the_last() {
    let mut matrix = matrix(10);
    matrix.swap_remove(3);
    matrix.swap_remove(8);
    assert_eq!(matrix.len(), 8);
    for (number, seed) in [(3, 9), (7, 7), (0, 0)] {
        assert!(matrix.cosine(number, &vector(seed)) > 0.99, "{number}");
    }
}
