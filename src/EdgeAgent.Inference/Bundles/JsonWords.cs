using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeAgent.Inference.Bundles;

/// <summary>What is wrong with a JSON file, in words for whoever wrote it: the library speaks of its own types.</summary>
internal static partial class JsonWords
{
    public static string Of(JsonException trouble)
    {
        var place = trouble.Path is { Length: > 2 } path ? $" in {path[2..]}" : "";
        if (UnknownKey().Match(trouble.Message) is { Success: true } unknown)
            return $"unknown key \"{unknown.Groups[1].Value}\"{place}; docs/models.md has those there are, small and capital letters "
                + "as there";
        return WrongType().IsMatch(trouble.Message)
            ? $"the value{place} is of another kind; expected a number, text, list or object as in docs/models.md"
            : trouble.Message.Split(" Path:")[0];
    }

    [GeneratedRegex("^The JSON property '([^']*)' could not be mapped to any .NET member")]
    private static partial Regex UnknownKey();

    [GeneratedRegex("^The JSON value could not be converted to ")]
    private static partial Regex WrongType();
}
