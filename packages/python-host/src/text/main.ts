/** Which of its words the program is started with. */
export const main = String.raw`
def end_with_parent():
    """The runner holds the other end of standard input; when it is gone, so is this."""
    def wait():
        while sys.stdin.buffer.read(65536):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    try:
        if command == "check":
            check()
        else:
            if os.environ.get("BERTH_HANDLER_TIED") == "1":
                end_with_parent()
            {"serve": serve, "contained": contained, "run": run}[command](*words)
    except Refused as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(REFUSED)
`;
