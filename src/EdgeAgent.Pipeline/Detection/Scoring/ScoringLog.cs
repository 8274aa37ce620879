using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Detection.Scoring;

/// <summary>What a stage tells of its model.</summary>
internal sealed partial class ScoringLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(LogLevel.Error,
        "the output of model {Model} is not a number, first for detector {Detector} at {Device}: such windows are counted and not "
            + "judged. Look for a division by zero in the model, or fit it anew")]
    public partial void OutputNotANumber(string model, string detector, string device);

    [LoggerMessage(LogLevel.Error,
        "model {Model}: the own threshold of {Device} cannot be found: {Failure}. That of all devices counts; tried again in 10 s")]
    public partial void ThresholdNotFound(string model, string device, string failure);

    [LoggerMessage(LogLevel.Warning,
        "{Device} has more events than the model of {Detector} promises, and its threshold is as high as it may be. If they are false, "
            + "reset its calibration while it runs as it should, or fit a model on recordings of its own")]
    public partial void PromiseNotKept(string device, string detector);

    [LoggerMessage(LogLevel.Error, "model {Model}: {Count} windows not judged: {Failure}")]
    public partial void WindowsNotJudged(string model, int count, string failure);

    [LoggerMessage(LogLevel.Error,
        "model {Model}: {Failure}. Its detectors are out of service for {Seconds} s; the rest goes on. If it needs that long, "
            + "raise run_limit")]
    public partial void ModelOut(string model, string failure, double seconds);

    [LoggerMessage(LogLevel.Information, "model {Model} runs in time again: its detectors are back in service")]
    public partial void ModelBack(string model);

    [LoggerMessage(LogLevel.Error,
        "model {Model}: whether {Device} runs as it did in a known state cannot be told: {Failure}. Its event stays open; asked again "
            + "with its next block of readings")]
    public partial void StateNotTold(string model, string device, string failure);
}
