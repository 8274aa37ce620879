namespace EdgeAgent.Discovery;

/// <summary>Asks on a terminal what only people know. Every question has an answer that an empty line takes.</summary>
/// <param name="input">Answers.</param>
/// <param name="output">Questions.</param>
internal sealed class InitQuestions(TextReader input, TextWriter output)
{
    /// <summary>The site, unless it is known.</summary>
    public string Site(string usual) => Ask("Name of this site, part of the topic of every event", usual);

    /// <summary>Address of the broker that gets events; null: the sensors'.</summary>
    public string? Upstream(string sensors)
    {
        while (true)
        {
            var answer = Ask("Broker that gets the events", sensors);
            if (answer == sensors) return null;
            if (IsAddress(answer)) return answer;
            output.WriteLine("expected an address such as mqtt://hub.example:1883");
        }
    }

    /// <summary>Which of the sources, by number or name.</summary>
    public IReadOnlyList<SourceProposal> Sources(IReadOnlyList<SourceProposal> all)
    {
        while (true)
        {
            var answer = Ask($"Sources to take, by name or number (1 to {all.Count}) with commas between", "all");
            if (answer == "all") return all;
            var wanted = answer.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (Choose(all, wanted, out var unknown) is { Count: > 0 } chosen) return chosen;
            output.WriteLine($"there is no source {unknown}");
        }
    }

    /// <summary>Those of the sources that are named; null where a name is of none.</summary>
    public static IReadOnlyList<SourceProposal>? Choose(IReadOnlyList<SourceProposal> all, string[] wanted, out string? unknown)
    {
        var chosen = new List<SourceProposal>();
        unknown = null;
        foreach (var name in wanted)
        {
            var source = int.TryParse(name, out var number) && number >= 1 && number <= all.Count
                ? all[number - 1] : all.FirstOrDefault(s => s.Name == name);
            if (source is null)
            {
                unknown = name;
                return null;
            }
            if (!chosen.Contains(source)) chosen.Add(source);
        }
        return chosen;
    }

    public static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "mqtt" or "mqtts" && uri.Host.Length > 0 && uri.UserInfo.Length == 0;

    private string Ask(string question, string usual)
    {
        output.Write($"{question} [{usual}]: ");
        return input.ReadLine()?.Trim() is { Length: > 0 } answer ? answer : usual;
    }
}
