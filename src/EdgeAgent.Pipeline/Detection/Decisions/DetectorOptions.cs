using System.Text.Json.Serialization;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>What a detector sends upstream.</summary>
public enum ForwardMode
{
    /// <summary>Events only: opened, updated, closed.</summary>
    Anomalies,
    /// <summary>Besides, the score of every judged window.</summary>
    EveryWindow,
}

/// <summary>Table <c>[detectors.NAME]</c>: a model on the devices of a source. What is null is as the bundle says.</summary>
public sealed record DetectorOptions
{
    public string Name { get; set; } = "";
    /// <summary>Name of the source whose devices it judges.</summary>
    public string Source { get; set; } = "";
    /// <summary>Folder of the model bundle; relative to the configuration file.</summary>
    public string Model { get; set; } = "";
    /// <summary>The channel that a bundle for any channel judges; null: the only one that the source has.</summary>
    public string? Channel { get; set; }
    /// <summary>The channels that a bundle for any number of them judges together; empty: all that the source lists.</summary>
    public List<string> Channels { get; set; } = [];
    /// <summary>What its model goes by: the folder, and the channels where the detector names them.</summary>
    [JsonIgnore] public string ModelKey => Channels.Count == 0 ? Model : $"{Model}\n{string.Join('\n', Channels)}";
    public ForwardMode Forward { get; set; } = ForwardMode.Anomalies;
    public Severity Severity { get; set; } = Severity.Warning;
    /// <summary>An open event is reported again when its age has doubled since it was last reported, but no sooner than this.</summary>
    public TimeSpan UpdateEvery { get; set; } = TimeSpan.FromMinutes(5);
    /// <summary>It is reported after this in any case; as <see cref="UpdateEvery"/> or less: all pauses are that long.</summary>
    public TimeSpan UpdateLimit { get; set; } = TimeSpan.FromDays(1);
    /// <summary>Event time for which the score must stay up before an event opens.</summary>
    public TimeSpan MinDuration { get; set; } = TimeSpan.Zero;
    /// <summary>A pause in event time beyond this starts the window anew; zero: never; null: as the bundle says.</summary>
    public TimeSpan? GapLimit { get; set; }
    /// <summary>Whether devices are judged by their first readings while they still calibrate, where the bundle has it so.</summary>
    public bool Provisional { get; set; } = true;
    /// <summary>What a run of the model may take, for however many windows; then it is ended, and the model left out for a while.</summary>
    public TimeSpan RunLimit { get; set; } = TimeSpan.FromMilliseconds(500);
    public int? OnAfter { get; set; }
    public int? OffAfter { get; set; }
    public float? Clear { get; set; }
    public int? Smooth { get; set; }
    /// <summary>Score from which an event is critical.</summary>
    public float? Critical { get; set; }
    /// <summary>Name of the gate that must be open for a reading to be taken; null: none.</summary>
    public string? Gate { get; set; }
}

/// <summary>One of <c>[[rules]]</c>: a condition that makes a reading anomalous, and how bad that is.</summary>
public sealed record RuleOptions
{
    /// <summary>Shown in events as the rule that decided; the condition unless given.</summary>
    public string Name { get; set; } = "";
    /// <summary>The condition, over <c>score</c> and the channels' names.</summary>
    public string When { get; set; } = "";
    /// <summary>Detector whose readings it sees; null: all.</summary>
    public string? Detector { get; set; }
    public Severity Severity { get; set; } = Severity.Warning;
    /// <summary>A line that is driven while an event stands that this rule decided; null: none.</summary>
    public GpioOptions? Gpio { get; set; }
    /// <summary>Name of the gate that must be open for the rule to hold; null: none.</summary>
    public string? Gate { get; set; }
}
