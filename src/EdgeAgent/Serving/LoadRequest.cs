using System.Text.Json;

namespace EdgeAgent.Serving;

/// <summary>
/// The body of a request to load a model. Other servers take another configuration or whole files with it; this one does not.
/// </summary>
internal static class LoadRequest
{
    /// <exception cref="ServingException">It wishes for more than that what lies in the folder be loaded.</exception>
    public static void Check(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) return;
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("parameters", out var parameters)
                || parameters.ValueKind != JsonValueKind.Object) return;
            foreach (var parameter in parameters.EnumerateObject())
                throw new ServingException(
                    $"\"{parameter.Name}\" is not offered: what lies in the model's folder is loaded, as its manifest says");
        }
        catch (JsonException e)
        {
            throw new ServingException($"the body is no JSON: {e.Message}");
        }
    }
}
