namespace EdgeAgent.Pipeline.Formats;

/// <summary>What becomes of the values that come under one name.</summary>
/// <param name="Position">The channel's place in a reading. Several names may lead to one channel.</param>
/// <param name="Scale">Each value is multiplied by it, then <paramref name="Offset"/> is added.</param>
/// <param name="Offset">In the unit of the channel.</param>
/// <param name="Min">Values below are missing, after the conversion.</param>
/// <param name="Max">Values above are missing, after the conversion.</param>
internal readonly record struct ChannelSlot(int Position, double Scale, double Offset, float Min, float Max)
{
    public static ChannelSlot Plain(int position) => new(position, 1, 0, float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>The value in the channel's unit; NaN where it is missing.</summary>
    public float Convert(float value)
    {
        value = (float)(value * Scale + Offset);
        return value >= Min && value <= Max ? value : float.NaN;
    }
}
