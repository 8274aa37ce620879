namespace EdgeAgent.Modeling.Evaluation;

/// <summary>What was counted over one recording or many; what cannot be said without labels or windows is null.</summary>
internal sealed record Figures
{
    /// <summary>Share of a normal run, from its start, that training may see.</summary>
    public const double LearnedShare = 2.0 / 3;

    /// <summary>The recording, or the model over all of them.</summary>
    public required string Name { get; init; }
    public required int Readings { get; init; }
    /// <summary>Days of event time that were judged, all devices together.</summary>
    public required double Days { get; init; }
    /// <summary>Share of readings while which an event was open.</summary>
    public required double Flagged { get; init; }
    /// <summary>
    /// The same in the last third of recordings without labels: what <c>fit</c> keeps out of training, if they were its normal runs.
    /// </summary>
    public double? FlaggedInLastThird { get; init; }
    /// <summary>Events that opened.</summary>
    public required int Alarms { get; init; }
    public required double AlarmsPerDay { get; init; }
    public required long ReceivedBytes { get; init; }
    public required long ForwardedBytes { get; init; }
    public double? F1 { get; init; }
    public double? FalseAlarmRate { get; init; }
    public double? MissedAlarmRate { get; init; }
    public int? Events { get; init; }
    public int? EventsFound { get; init; }
    public double? MeanDelaySeconds { get; init; }
    public double? MedianDelaySeconds { get; init; }
    /// <summary>Events that touch no labelled reading, or open outside all windows.</summary>
    public int? FalseAlarms { get; init; }
    public double? FalseAlarmsPerDay { get; init; }
    /// <summary>NAB's standard profile: 100 is perfect, 0 is silence.</summary>
    public double? Nab { get; init; }

    /// <summary>Counts recordings that all have labels, or of which none has.</summary>
    public static Figures Of(string name, IReadOnlyList<JudgedRecording> judged, Traffic traffic)
    {
        var figures = Counts(name, judged, traffic);
        if (judged.Any(j => j.Recording.Labels is null))
            return figures with { FlaggedInLastThird = Share([.. judged.SelectMany(LastThird)]) };
        var score = new ProtocolScore();
        foreach (var one in judged)
            score.Add(one.Recording, one.Verdicts);
        return figures with
        {
            F1 = score.F1,
            FalseAlarmRate = score.FalseAlarmRate,
            MissedAlarmRate = score.MissedAlarmRate,
            Events = score.Events,
            EventsFound = score.Found,
            MeanDelaySeconds = score.Found > 0 ? score.MeanDelaySeconds : null,
            MedianDelaySeconds = score.Found > 0 ? score.MedianDelaySeconds : null,
            FalseAlarms = score.FalseAlarms,
            FalseAlarmsPerDay = Rate(score.FalseAlarms, figures.Days),
        };
    }

    public static Figures Counts(string name, IReadOnlyList<JudgedRecording> judged, Traffic traffic)
    {
        var (readings, days) = (judged.Sum(j => j.Verdicts.Length), judged.Sum(j => j.Span.TotalDays));
        var alarms = judged.Sum(j => j.Alarms.Count());
        return new Figures
        {
            Name = name,
            Readings = readings,
            Days = days,
            Flagged = Share([.. judged.SelectMany(j => j.Verdicts)]),
            Alarms = alarms,
            AlarmsPerDay = Rate(alarms, days),
            ReceivedBytes = judged.Sum(Traffic.Received),
            ForwardedBytes = judged.Sum(traffic.Forwarded),
        };
    }

    private static bool[] LastThird(JudgedRecording judged)
    {
        var seen = (int)(judged.Recording.Rows * LearnedShare);
        return judged.Verdicts[Math.Max(0, seen - judged.First)..];
    }

    private static double Share(bool[] verdicts) => verdicts.Count(v => v) / (double)Math.Max(1, verdicts.Length);

    /// <summary>How many a day.</summary>
    public static double Rate(int count, double days) => days > 0 ? count / days : 0;
}
