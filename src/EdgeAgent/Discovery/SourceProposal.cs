namespace EdgeAgent.Discovery;

/// <summary>A source that a configuration may have.</summary>
/// <param name="Name">What it is to be called.</param>
/// <param name="Shape">Its topics.</param>
/// <param name="Trial">How they are read, and what came of it.</param>
/// <param name="Filters">Its topic filters.</param>
/// <param name="Remark">What to know of the filters; null: nothing.</param>
/// <param name="Places">What stands in its documents.</param>
internal sealed record SourceProposal(
    string Name, TopicShape Shape, PlanTrial Trial, IReadOnlyList<string> Filters, string? Remark,
    IReadOnlyList<DocumentPlace> Places)
{
    /// <summary>Channels that are worth a detector.</summary>
    public IReadOnlyList<string> Watched { get; init; } = WatchedChannels.Find(Trial);

    /// <summary>What it leaves out that somebody may miss.</summary>
    public IReadOnlyList<string> Notes { get; } = ProposalNotes.Of(Trial, Places);

    /// <summary>Whether lists of numbers are among that.</summary>
    public bool LeavesListsOut { get; } = ProposalNotes.ListsLeftOut(Trial, Places).Count > 0;

    /// <summary>What to know of times without a zone; null: nothing.</summary>
    public string? ZoneRemark { get; } = ZoneCheck.Remark(Trial, Shape);

    /// <summary>Whether payloads hold lists of samples.</summary>
    public bool HasBlocks => Trial.HasBlocks;

    /// <summary>How payloads are read, in a word.</summary>
    public string Format => Trial.Plan.Preset ?? (HasBlocks ? $"{Trial.Source.Decode}, samples" : Trial.Source.Decode);

    /// <summary>What is known of the time of readings.</summary>
    public string Time
    {
        get
        {
            if (Trial.Source.Time is null && !Trial.HasGoodTimes) return "arrival";
            var place = Trial.Source.Time ?? "in the payload";
            if (!Trial.HasGoodTimes) return $"{place}: impossible";
            if (Trial.Lag is not { } lag || lag.Duration() <= TimeSpan.FromMinutes(2)) return place;
            var side = lag > TimeSpan.Zero ? "behind" : "ahead of";
            return $"{place}, {Cli.Words.Duration(lag.Duration())} {side} this machine's clock";
        }
    }
}

/// <summary>Topics that a configuration leaves out.</summary>
internal sealed record LeftOutTopics(string Filter, int Topics, long Messages, string Reason);
