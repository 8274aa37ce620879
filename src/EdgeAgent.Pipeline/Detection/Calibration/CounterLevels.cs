namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// Which of the features of a device are levels of counters: these go on for ever, so only how fast they do is judged. One owner at a time.
/// </summary>
/// <param name="scale">Tells counters from other channels.</param>
/// <param name="isLevel">For each feature whether it is a level; each has all channels one behind the other.</param>
public sealed class CounterLevels(ChannelCalibration scale, bool[] isLevel)
{
    /// <summary>The spread of such a level: as good as endless, and still a float that can be divided by.</summary>
    public const float Spread = 1e30f;

    /// <summary>Whether what is calibrated at a position is one.</summary>
    public bool Has(int position)
    {
        var channels = scale.Floors.Length;
        return isLevel[position / channels] && scale.IsCounter(position % channels);
    }
}
