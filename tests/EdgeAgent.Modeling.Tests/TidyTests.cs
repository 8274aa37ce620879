namespace EdgeAgent.Modeling.Tests;

/// <summary>Checks the source of the tool itself: its rooms stand in one order, and each recipe has a folder like the others.</summary>
public sealed class TidyTests
{
    private const string Root = "EdgeAgent.Modeling";

    /// <summary>
    /// From the lowest to the highest: a room knows only rooms of the lines before its own. The recipes share a line, so none knows
    /// another.
    /// </summary>
    private static readonly string[][] Lines =
    [
        ["Training"],
        ["Onnx"],
        ["Cleaning"],
        ["Simulation"],
        ["Recordings"],
        ["Evaluation"],
        ["Quantization"],
        ["Fitting"],
        ["Normals"],
        ["TrainingData"],
        ["Thresholds"],
        ["Candidates"],
        ["Bundling"],
        ["Reporting"],
        ["Benchmarks"],
        ["Trials"],
        ["Recipes"],
        ["Recipes.Contrast", "Recipes.Conv", "Recipes.Distance", "Recipes.EachChannel", "Recipes.ManyChannels", "Recipes.SingleChannel",
         "Recipes.Vibration"],
        ["Commands"],
    ];

    private static readonly SourceFile[] Source = SourceFile.ReadAll($"src/{Root}");

    [Fact]
    public void Every_room_stands_in_a_line() =>
        Assert.Equal(Lines.SelectMany(l => l).Order(StringComparer.Ordinal),
            Source.Select(RoomOf).OfType<string>().Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void No_room_knows_another_of_its_own_line_or_of_one_behind_it() =>
        Assert.Empty(
            from file in Source
            let own = RoomOf(file)
            where own is not null
            from room in Lines.Skip(LineOf(own)).SelectMany(l => l)
            where room != own && file.Knows($"{Root}.{room}")
            select $"{file.Name} knows {room}");

    [Fact]
    public void At_the_top_stand_only_the_start_and_what_every_room_may_throw() =>
        Assert.Equal(["ModelingException.cs", "Program.cs"], Source.Where(f => RoomOf(f) is null).Select(f => f.Name));

    /// <summary>Once you know one folder, you know all.</summary>
    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipes_folder_has_its_parts_under_the_names_of_all_others(string recipe)
    {
        var files = Source.Where(f => RoomOf(f) == $"Recipes.{recipe}").Select(f => Path.GetFileNameWithoutExtension(f.Name)).ToHashSet();

        Assert.Contains($"{recipe}Options", files);
        // Where nothing is trained, the graph is written all the same.
        Assert.Contains(files, f => f == $"{recipe}Training" || f == $"{recipe}Export");
        // One that fit only chooses by itself is no recipe to ask for, and is written by the one that chose it.
        Assert.Contains(files.Contains($"{recipe}Recipe") ? $"{recipe}Fitting" : $"{recipe}Candidate", files);
        Assert.All(files.Where(f => f.StartsWith(recipe, StringComparison.Ordinal)), f => Assert.Contains(f[recipe.Length..], Roles));
    }

    public static TheoryData<string> Recipes =>
        [.. Lines.SelectMany(l => l).Where(r => r.Contains('.', StringComparison.Ordinal)).Select(r => r.Split('.')[1])];

    private static readonly string[] Roles =
        ["Recipe", "Candidate", "Options", "Training", "Export", "Manifest", "Golden", "Card", "Fitting", "Report", "Autoencoder", "Layer"];

    private static int LineOf(string room) => Array.FindIndex(Lines, l => l.Contains(room));

    /// <summary>The folder that a file lies in; of the recipes each has its own.</summary>
    private static string? RoomOf(SourceFile file) => file.Name.Split('/') switch
    {
        ["Recipes", var recipe, _, ..] => $"Recipes.{recipe}",
        [var room, _, ..] => room,
        _ => null,
    };
}
