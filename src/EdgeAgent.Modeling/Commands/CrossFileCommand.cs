using System.CommandLine;
using System.Globalization;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Trials;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model cross-file</c>: how a recipe does on recordings that it has not learned from.</summary>
internal static class CrossFileCommand
{
    private static readonly Option<string> Recipe = new Option<string>("--recipe")
    {
        Description = "Which recipe",
        DefaultValueFactory = _ => RecipeList.OfFolders.First().Name,
    }
        .AcceptOnlyFromAmong([.. RecipeList.OfFolders.Select(r => r.Name)]);
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder of CSV recordings with a column \"anomaly\"",
        Required = true,
    };
    private static readonly Option<string[]> Files = new("--files")
    {
        Description = "Recordings to draw from, in this order, numbers within a pattern by size (names below the data folder, * allowed)",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["*"],
    };
    private static readonly Option<string[]> Normal = new("--normal")
    {
        Description = "Recordings without any fault, learned from in every draw",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<int> Learn = new("--learn") { Description = "Recordings in a draw", DefaultValueFactory = _ => 8 };
    private static readonly Option<string[]> Draws = new("--draw")
    {
        Description = "Positions to learn from, from 0, for example 0,5,10; may be repeated (default: spread evenly, and the first ones)",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<long[]> Random = new("--random")
    {
        Description = "Seeds of random draws",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<long> Seed = new("--seed")
    {
        Description = "Decides everything random within a fit",
        DefaultValueFactory = _ => 1,
    };

    public static Command Build()
    {
        var command = new Command("cross-file",
            "Fits a recipe on some recordings and scores it on all others, once for each draw. Writes no bundle.\n\n"
            + "Example: edgeagent-model cross-file --data recordings --learn 8 --random 1 2 3")
        {
            Recipe, Data, Files, Normal, Learn, Draws, Random, Seed,
        };
        command.SetAction(result => CommandLine.Guard(() => Run(result)));
        return command;
    }

    private static void Run(ParseResult result)
    {
        var request = new FitRequest(
            result.GetRequiredValue(Data), Out: "", result.GetValue(Normal) ?? [], result.GetRequiredValue(Files),
            Channels: null, Units: [], Notes: [], (ulong)result.GetValue(Seed), Spread: 0);
        var recipe = RecipeList.OfFolders.Single(r => r.Name == result.GetRequiredValue(Recipe));
        var trial = CrossFile.Open(request, recipe.Trial(request));
        var learn = result.GetValue(Learn);
        List<Draw> draws = [.. (result.GetValue(Draws) ?? []).Select((d, i) => new Draw($"draw {i + 1}", Positions(d)))];
        if (draws.Count == 0)
            draws = [Draw.Spread(trial.Count, learn), Draw.First(learn)];
        draws.AddRange((result.GetValue(Random) ?? []).Select(s => Draw.Random(trial.Count, learn, (ulong)s)));
        var scores = new List<double>();
        foreach (var draw in draws)
        {
            var report = trial.Score(draw);
            scores.Add(report.Score!.F1);
            Console.WriteLine(report.Summary);
        }
        Console.WriteLine(FormattableString.Invariant(
            $"mean F1 of {scores.Count} draws {scores.Average():0.0000}, from {scores.Min():0.0000} to {scores.Max():0.0000}"));
    }

    private static int[] Positions(string text) => [.. text.Split(',').Select(t =>
        int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
        ? position
        : throw new ModelingException($"--draw \"{text}\": expected positions such as 0,5,10"))];
}
