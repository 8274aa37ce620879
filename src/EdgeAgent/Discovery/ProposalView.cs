using EdgeAgent.Cli;

namespace EdgeAgent.Discovery;

/// <summary>A proposal as tables for people.</summary>
internal static class ProposalView
{
    private const int LeftOutShown = 12;

    public static void Print(Proposal proposal, TextWriter output, Palette palette)
    {
        var table = new TextTable(">#", "source", "topics", "format", ">devices", ">channels", ">messages", "time", "watched");
        for (var i = 0; i < proposal.Sources.Count; i++)
        {
            var s = proposal.Sources[i];
            table.Add($"{i + 1}", s.Name, s.Shape.Filter, s.Format, $"{s.Trial.Devices.Count}", $"{s.Trial.Channels.Count}",
                Words.Count(s.Shape.Messages), s.Time, Watched(s));
        }
        table.Print(output, "  ", (row, line) => row < 0 ? palette.Faint(line) : line);
        foreach (var source in proposal.Sources)
            foreach (var note in source.Notes) output.WriteLine(Words.Printable($"  {source.Name}: {note}"));
        if (proposal.LeftOut.Count == 0) return;
        output.WriteLine();
        var left = new TextTable("left out", ">topics", ">messages", "why");
        foreach (var l in proposal.LeftOut.Take(LeftOutShown))
            left.Add(l.Filter, $"{l.Topics}", Words.Count(l.Messages), l.Reason);
        left.Print(output, "  ", (_, line) => palette.Faint(line));
        if (proposal.LeftOut.Count > LeftOutShown) output.WriteLine($"  … {proposal.LeftOut.Count - LeftOutShown} more");
    }

    private static string Watched(SourceProposal source) => source switch
    {
        { Watched.Count: > 0 } => string.Join(", ", source.Watched),
        { LeavesListsOut: true } => "nothing: lists are left out",
        _ => "nothing moves",
    };
}
