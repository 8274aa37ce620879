using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Failures;

/// <summary>Turns what ONNX Runtime throws into what it means.</summary>
/// <remarks>
/// Its .NET library shows the status code only as text in front of the message, and most of what goes wrong has the code "Fail": then
/// the message says what it was. Codes that the library does not know (a canceled load, a model that must be compiled) make it throw
/// <see cref="KeyNotFoundException"/>.
/// </remarks>
internal static partial class RuntimeFailure
{
    private static readonly string[] OfMemory =
        ["Failed to allocate memory", "bad_alloc", "storage size overflowed", "Integer overflow"];
    private static readonly string[] OfGraphs = ["This is an invalid model", "Type Error", "not acyclic", "No Op registered"];
    private static readonly string[] OfVersions =
        ["Unsupported model IR version", "is under development", "Could not find an implementation"];
    private static readonly string[] OfFiles = ["External data path does not exist", "File doesn't exist"];

    /// <summary>Whether an exception comes from ONNX Runtime.</summary>
    public static bool Is(Exception exception) => exception is OnnxRuntimeException or KeyNotFoundException;

    /// <summary>Whether a run was ended by its options.</summary>
    public static bool IsTerminated(Exception exception) =>
        exception.Message.Contains("Exiting due to terminate flag", StringComparison.Ordinal);

    /// <summary>What it means.</summary>
    public static ModelRunException Of(Exception exception)
    {
        var (code, text) = Parts(exception);
        if (IsTerminated(exception)) return new RunCanceledException(exception);
        if (Has(text, OfMemory)) return new ModelMemoryException(text, exception);
        if (code == "NoSuchFile" || Has(text, OfFiles)) return new ModelFileMissingException(text, exception);
        if (code == "NotImplemented" || Has(text, OfVersions)) return new UnsupportedModelException(text, exception);
        if (code == "InvalidGraph" || Has(text, OfGraphs)) return new InvalidGraphException(text, exception);
        return code switch
        {
            "InvalidArgument" => new InvalidModelArgumentException(text, exception),
            "InvalidProtobuf" or "NoModel" => new InvalidModelFileException(text, exception),
            _ => new RuntimeFailureException(text, exception),
        };
    }

    /// <summary>The code, and the message without places in sources that nobody here has.</summary>
    private static (string Code, string Text) Parts(Exception exception)
    {
        if (exception is not OnnxRuntimeException)
            return ("", "ONNX Runtime failed with a status that its library does not know");
        var match = Coded().Match(exception.Message);
        var text = Places().Replace(match.Success ? match.Groups[2].Value : exception.Message, "");
        return (match.Groups[1].Value, Spaces().Replace(text, " ").Trim().TrimEnd('.'));
    }

    private static bool Has(string text, string[] parts) =>
        Array.Exists(parts, p => text.Contains(p, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^\[ErrorCode:(\w+)\]\s*(.*)$", RegexOptions.Singleline)]
    private static partial Regex Coded();

    // A file and its line, then a function's signature.
    [GeneratedRegex(@"/onnxruntime_src/\S+:\d+ [^\n]*?\)( const)? ")]
    private static partial Regex Places();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
