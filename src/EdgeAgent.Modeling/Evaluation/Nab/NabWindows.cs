using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeAgent.Modeling.Evaluation.Nab;

/// <summary>NAB's list of windows: by file, pairs of times.</summary>
internal static class NabWindows
{
    /// <exception cref="ModelingException">It is no such list.</exception>
    public static SortedDictionary<string, (string First, string Last)[]> Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var lists = JsonSerializer.Deserialize(stream, NabWindowsJson.Default.DictionaryStringStringArrayArray) ?? [];
            return new(lists.ToDictionary(l => l.Key, l => Windows(l.Key, l.Value)), StringComparer.Ordinal);
        }
        catch (JsonException e)
        {
            throw new ModelingException(
                $"{path}:{e.LineNumber + 1}: {e.Message.Split(" Path:")[0]} "
                + $"Expected {{\"file.csv\": [[\"first time\", \"last time\"]]}}", e);
        }

        (string First, string Last)[] Windows(string file, string[][] list) =>
        [
            .. list.Select(w => w is [var first, var last]
                ? (NabFile.WholeSeconds(first), NabFile.WholeSeconds(last))
                : throw new ModelingException($"{path}: \"{file}\" has a window of {w.Length} times; expected two")),
        ];
    }
}

/// <summary>How the list is written.</summary>
[JsonSerializable(typeof(Dictionary<string, string[][]>))]
internal sealed partial class NabWindowsJson : JsonSerializerContext;
