//! The migrations are compiled in: a new one must make the server compile anew.

#[expect(clippy::print_stdout, reason = "this is how a build script talks to cargo")]
fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
