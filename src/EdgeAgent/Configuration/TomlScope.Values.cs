using EdgeAgent.Rules;

namespace EdgeAgent.Configuration;

/// <summary>Texts, words, paths and yes or no: one method a kind of value. Each gives the fallback where the key is absent, or wrong and reported.</summary>
internal sealed partial class TomlScope
{
    /// <summary>A text that is not empty. <paramref name="check"/> says what it should be where it is wrong.</summary>
    public string? Text(string key, Func<string, string?>? check = null)
    {
        if (Find(key) is not { } value)
            return null;
        if (value is not TextNode text || string.IsNullOrWhiteSpace(text.Value))
            Wrong(key, value, "a text in quotes");
        else if (check?.Invoke(text.Value) is { } expected)
            Wrong(key, value, expected);
        else
            return text.Value;
        return null;
    }

    /// <summary>As <see cref="Text"/>; an absent key is reported with an example.</summary>
    public string NeededText(string key, string example, Func<string, string?>? check = null)
    {
        if (!Has(key))
            Missing(key, $"write, for example, {key} = \"{example}\"");
        return Text(key, check) ?? "";
    }

    public IReadOnlyList<string> NeededTexts(string key, string example, Func<string, string?> check)
    {
        if (Find(key) is not { } value)
        {
            Missing(key, $"write, for example, {key} = [\"{example}\"]");
            return [];
        }
        var items = value switch
        {
            ListNode list => list.Items,
            TextNode { FromEnvironment: true } text => Split(text),
            _ => [],
        };
        if (items.Count == 0)
            Wrong(key, value, "a list of texts, with one at least");
        foreach (var item in items)
        {
            if (item is not TextNode text)
                Wrong(key, item, "a text in quotes");
            else if (check(text.Value) is { } expected)
                Wrong(key, item, expected);
        }
        return [.. items.OfType<TextNode>().Select(item => item.Value)];
    }

    public bool Boolean(string key, bool fallback)
    {
        switch (Find(key))
        {
            case null:
                return fallback;
            case BooleanNode boolean:
                return boolean.Value;
            case TextNode { FromEnvironment: true } text when bool.TryParse(text.Value, out var read):
                return read;
            case { } other:
                Wrong(key, other, "true or false");
                return fallback;
        }
    }

    /// <summary>One of a few words.</summary>
    public T Choice<T>(string key, T fallback, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (Find(key) is not { } value)
            return fallback;
        var words = new List<string>();
        foreach (var (word, meaning) in choices)
        {
            if (value is TextNode text && text.Value == word)
                return meaning;
            words.Add(word);
        }
        var nearest = value is TextNode other ? NearestName.Find(other.Value, words) : null;
        Wrong(key, value, string.Join(" or ", words.Select(word => $"\"{word}\"")) + (nearest is null ? "" : $"; did you mean \"{nearest}\"?"));
        return fallback;
    }

    /// <summary>A path, made absolute: a relative one starts at the configuration file's folder.</summary>
    public string? Path(string key) => Text(key) is { } written ? System.IO.Path.GetFullPath(written, folder) : null;

    /// <summary>The path of a file that exists.</summary>
    public string? ExistingFile(string key)
    {
        var file = Path(key);
        if (file is null || File.Exists(file))
            return file;
        var shown = Secrets.IsSecret(key) ? "" : $", {file},";
        Report(key, Find(key)!, $"names a file{shown} that does not exist or must not be read",
            "relative paths start at the folder of the configuration file");
        return null;
    }

    private static List<ConfigurationNode> Split(TextNode text)
    {
        var parts = text.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. parts.Select(part => new TextNode(part, text.Position))];
    }
}
