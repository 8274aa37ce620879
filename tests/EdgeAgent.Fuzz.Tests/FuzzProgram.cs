using SharpFuzz;

namespace EdgeAgent.Fuzz;

/// <summary>
/// The program that a fuzzer runs: <c>run TARGET</c> under AFL++; <c>list</c>, <c>unpack</c> and <c>pack</c> for tests/fuzz.
/// </summary>
internal static class FuzzProgram
{
    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["list"]:
                foreach (var target in FuzzTarget.All) Console.WriteLine(target.Name);
                return 0;
            case ["unpack", var name, var folder]:
                Corpus.Unpack(FuzzTarget.Of(name), folder);
                return 0;
            case ["pack", var file, var folder]:
                Corpus.Pack(file, folder);
                return 0;
            case ["run", var name]:
                Fuzz(name);
                return 0;
            default:
                Console.Error.WriteLine("usage: list | unpack TARGET FOLDER | pack FILE FOLDER | run TARGET");
                return 2;
        }
    }

    private static void Fuzz(string name)
    {
        // Instrumented code may run only within the fuzzer, so the target is looked up there.
        FuzzTarget? target = null;
        Fuzzer.OutOfProcess.Run(stream =>
        {
            target ??= FuzzTarget.Of(name);
            using var input = new MemoryStream();
            stream.CopyTo(input);
            if (input.Length <= FuzzTarget.InputLimit) target.Run(input.ToArray());
        });
    }
}
