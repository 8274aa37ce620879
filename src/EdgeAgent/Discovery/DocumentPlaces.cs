using System.Text.Json;

namespace EdgeAgent.Discovery;

/// <summary>Finds the places of JSON documents that hold numbers, texts or lists of numbers.</summary>
internal static class DocumentPlaces
{
    private const int PlaceLimit = 1_000;

    /// <summary>In the order of their first coming. What is no JSON has none.</summary>
    public static IReadOnlyList<DocumentPlace> Find(IEnumerable<Listening.HeardMessage> messages)
    {
        var places = new Dictionary<string, DocumentPlace>(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            try
            {
                using var document = JsonDocument.Parse(message.Payload);
                var root = document.RootElement;
                // A list at the top is a list of rows.
                if (root.ValueKind == JsonValueKind.Array)
                    foreach (var row in root.EnumerateArray().Take(4)) Walk(places, row, "", "");
                else
                    Walk(places, root, "", "");
            }
            catch (JsonException)
            {
                // Its decoder may repair it; for finding places others are there.
            }
        }
        return [.. places.Values];
    }

    /// <summary>Puts a step behind a path; names with dots or brackets in quotes.</summary>
    public static string Join(string path, string name)
    {
        var step = name.AsSpan().ContainsAny(".[ *") ? $"\"{name}\"" : name;
        return path.Length == 0 ? step : $"{path}.{step}";
    }

    /// <summary>The path of the object that holds a place; empty: the top.</summary>
    public static string Parent(string path)
    {
        // A name in quotes may hold dots.
        var end = path.EndsWith('"') ? path.LastIndexOf('"', path.Length - 2) : path.Length;
        var dot = end <= 0 ? -1 : path.LastIndexOf('.', end - 1);
        return dot < 0 ? "" : path[..dot];
    }

    private static void Walk(Dictionary<string, DocumentPlace> places, JsonElement value, string path, string name)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
                if (!member.Name.Contains('"', StringComparison.Ordinal)) Walk(places, member.Value, Join(path, member.Name), member.Name);
            return;
        }
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().FirstOrDefault() is var first
            && first.ValueKind != JsonValueKind.Number)
        {
            foreach (var row in value.EnumerateArray().Take(16))
                if (row.ValueKind == JsonValueKind.Object) Walk(places, row, $"{path}[*]", name);
            return;
        }
        if (path.Length == 0) return;
        if (!places.TryGetValue(path, out var place))
        {
            if (places.Count >= PlaceLimit) return;
            places.Add(path, place = new DocumentPlace(path, name));
        }
        place.Take(value);
    }
}
