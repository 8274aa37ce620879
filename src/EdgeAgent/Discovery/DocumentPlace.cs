using System.Text;
using System.Text.Json;

namespace EdgeAgent.Discovery;

/// <summary>What stands at one place of JSON documents.</summary>
/// <param name="path">As a source's configuration spells it.</param>
/// <param name="name">Its last part.</param>
internal sealed class DocumentPlace(string path, string name)
{
    private const int TextLimit = 16;

    public string Path => path;
    public string Name => name;

    /// <summary>How often there was a number.</summary>
    public int Numbers { get; private set; }
    /// <summary>How often there was a text.</summary>
    public int TextCount { get; private set; }
    /// <summary>How often that text was a number.</summary>
    public int NumberTexts { get; private set; }
    /// <summary>How often that text was a JSON document.</summary>
    public int JsonTexts { get; private set; }
    /// <summary>How often there was a list of numbers.</summary>
    public int Arrays { get; private set; }
    /// <summary>Numbers in the longest such list.</summary>
    public int ArrayLength { get; private set; }
    /// <summary>Different values there, the first few, as written.</summary>
    public HashSet<string> Values { get; } = new(StringComparer.Ordinal);
    public bool IsSingle => Numbers + TextCount > 0;
    public bool IsNumeric => Numbers + NumberTexts > 0;

    /// <summary>Whether it stands in a list.</summary>
    public bool IsInList => path.Contains('[', StringComparison.Ordinal);

    public void Take(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                Numbers++;
                break;
            case JsonValueKind.String:
                TakeText(value.GetString()!);
                break;
            case JsonValueKind.Array:
                Arrays++;
                ArrayLength = Math.Max(ArrayLength, value.GetArrayLength());
                return;
        }
        if (Values.Count < TextLimit) Values.Add(value.ToString());
    }

    private void TakeText(string text)
    {
        TextCount++;
        var bytes = Encoding.UTF8.GetBytes(text);
        if (PayloadKinds.IsNumber(bytes)) NumberTexts++;
        if (PayloadKinds.Of(bytes) == PayloadKind.Document) JsonTexts++;
    }
}
