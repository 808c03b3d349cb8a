fn main() -> std::process::ExitCode {
    kaa::cli::main()
}
