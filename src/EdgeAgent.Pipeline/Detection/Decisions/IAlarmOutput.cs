namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>Something in the plant that shows alarms: a lamp, a relay. Called by any lane.</summary>
internal interface IAlarmOutput
{
    /// <summary>The anomaly stands. Again for the same one changes nothing.</summary>
    void Raise(string anomalyId, GpioOptions gpio);

    /// <summary>The anomaly has closed.</summary>
    void Clear(string anomalyId);
}
