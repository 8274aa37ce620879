using System.CommandLine;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Recipes;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model fit</c>: recordings in, bundle out.</summary>
internal static class FitCommand
{
    private static readonly Option<string> Recipe = new Option<string>("--recipe")
    {
        Description = HowToLearn(),
        DefaultValueFactory = _ => RecipeList.All[0].Name,
    }
        .AcceptOnlyFromAmong([.. RecipeList.All.Select(r => r.Name)]);
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Folder of recordings, one device a file: a time column, one column a channel; "
            + "separators, times and labels are recognised. JSON lines may be of many devices",
    };
    private static readonly Option<string> Out = new("--out")
    {
        Description = "Folder of the bundle to write, for example models/pump-health",
        Required = true,
    };
    private static readonly Option<string[]> Normal = new("--normal")
    {
        Description = "Recordings without any fault (names below the data folder, * allowed); their last third stays out of training",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string[]> Train = new("--train")
    {
        Description = "Recordings whose calibration part is learned from (default: all)",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string[]> Channels = new("--channels")
    {
        Description = "Columns to use, in this order, apart by spaces or commas (default: all of the first recording)",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string[]> Units = new("--unit")
    {
        Description = "A channel's unit, for example \"Pressure=bar\"; may be repeated",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string[]> Notes = new("--note")
    {
        Description = "A line for manifest and card, for example \"licence=CC-BY-4.0\"; may be repeated",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<long> Seed = new("--seed") { Description = "Decides everything random", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Spread = new("--spread")
    {
        Description = "Also fit the next N seeds and report how far their figures lie apart; the bundle keeps --seed",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<int?> Calibration = new("--calibration")
    {
        Description = "Readings from which a device learns its normal (default: 400, fewer where recordings are short)",
    };
    private static readonly Option<int?> Window = new("--window")
    {
        Description = "Readings in a window (default: 60, fewer where calibration is short)",
    };
    // Now what is always done; commands on cards of earlier bundles still say it.
    private static readonly Option<bool> ChooseNormal = new("--choose-normal") { Hidden = true };
    private static readonly Option<bool> NoReport = new("--no-report")
    {
        Description = "Leave out report.html, which shows stretches of the recordings; for bundles that are passed on",
    };

    public static Command Build()
    {
        var command = new Command("fit",
            "Learns normal operation from recordings, without labels, "
            + "and writes an INT8 bundle with a report that says whether to trust it.\n\n"
            + "Example: edgeagent-model fit --data recordings --out models/mine")
        {
            Recipe, Data, Out, Normal, Train, Channels, Units, Notes, Seed, Spread, Calibration, Window, ChooseNormal, NoReport,
        };
        command.Validators.Add(result =>
        {
            // The recipe's tokens, for a value that is not allowed cannot be asked for here.
            if (result.GetValue(Calibration) is < 40 or > 100_000) result.AddError("--calibration: expected 40 to 100000 readings");
            var name = result.GetResult(Recipe)?.Tokens is [var token] ? token.Value : RecipeList.All[0].Name;
            if (RecipeList.All.FirstOrDefault(r => r.Name == name) is null or IFolderRecipe && result.GetResult(Data) is null)
                result.AddError("--data is missing: this recipe learns from recordings");
        });
        command.SetAction(result => CommandLine.Guard(() =>
            RecipeList.All.Single(r => r.Name == result.GetRequiredValue(Recipe)).Fit(ToRequest(result), Console.Error.WriteLine)));
        return command;
    }

    private static string HowToLearn()
    {
        var ofFolders = RecipeList.OfFolders.Select(Described);
        var others = RecipeList.All.Where(r => r is not IFolderRecipe).Select(Described);
        return $"How to learn: {string.Join(", ", ofFolders)}, {string.Join(" and ", others)}, which need no recordings";

        static string Described(IRecipe recipe) => $"{recipe.Name} ({recipe.Summary})";
    }

    private static FitRequest ToRequest(ParseResult result) => new(
        result.GetValue(Data) ?? "",
        result.GetRequiredValue(Out),
        result.GetValue(Normal) ?? [],
        result.GetValue(Train) is { Length: > 0 } train ? train : ["*"],
        CommandLine.Listed(result.GetValue(Channels)),
        Pairs(result.GetValue(Units) ?? [], "--unit"),
        Pairs(result.GetValue(Notes) ?? [], "--note"),
        (ulong)result.GetValue(Seed),
        result.GetValue(Spread),
        result.GetValue(Calibration),
        result.GetValue(Window),
        result.GetValue(NoReport));

    private static Dictionary<string, string> Pairs(string[] texts, string option)
    {
        var pairs = new Dictionary<string, string>();
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new ModelingException($"{option} \"{text}\": expected NAME=TEXT");
            pairs[text[..equals]] = text[(equals + 1)..];
        }
        return pairs;
    }
}
