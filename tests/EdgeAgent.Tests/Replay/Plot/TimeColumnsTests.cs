using EdgeAgent.Replay.Plot;

namespace EdgeAgent.Tests.Replay.Plot;

public sealed class TimeColumnsTests
{
    private static readonly long Start = new DateTime(2026, 1, 1).Ticks;

    [Theory]
    [InlineData(1)]
    [InlineData(TimeColumns.Limit)]
    [InlineData(TimeColumns.Limit + 1)]
    [InlineData(300_000)]
    public void Each_column_holds_the_extremes_of_all_its_readings(int readings)
    {
        var random = new Random(readings);
        var (columns, values) = (new TimeColumns(), new List<(long Ticks, float Value)>());
        var row = columns.AddValues();
        var ticks = Start;
        for (var i = 0; i < readings; i++)
        {
            var value = (float)random.NextDouble();
            values.Add((ticks, value));
            Assert.True(columns.TryFind(ticks, out var column));
            row.Add(column, value);
            ticks += random.Next(1, 3 * (int)TimeSpan.TicksPerSecond);
        }

        Assert.InRange(columns.Count, 1, TimeColumns.Limit);
        var expected = values.GroupBy(v => columns.Nearest(v.Ticks))
            .ToDictionary(g => g.Key, g => (g.Min(v => v.Value), g.Max(v => v.Value)));
        for (var i = 0; i < TimeColumns.Limit; i++)
        {
            var isUsed = row.TryGet(i, out var low, out var high);
            Assert.Equal(expected.ContainsKey(i), isUsed);
            if (isUsed) Assert.Equal(expected[i], (low, high));
        }
    }

    [Fact]
    public void A_long_recording_uses_at_least_half_of_the_columns()
    {
        var columns = new TimeColumns();
        for (var i = 0; i < 100_000; i++)
            columns.TryFind(Start + i * TimeSpan.TicksPerSecond, out _);

        Assert.InRange(columns.Count, TimeColumns.Limit / 2, TimeColumns.Limit);
    }

    [Fact]
    public void A_row_that_comes_later_folds_with_the_others()
    {
        var columns = new TimeColumns();
        columns.TryFind(Start, out _);
        columns.TryFind(Start + TimeSpan.TicksPerDay, out _);
        var marks = columns.AddMarks();
        marks.Mark(columns.Nearest(Start + TimeSpan.TicksPerHour), columns.Nearest(Start + 2 * TimeSpan.TicksPerHour), 2);
        columns.TryFind(Start + 20 * TimeSpan.TicksPerDay, out _);

        var stretch = Assert.Single(marks.Stretches());
        Assert.Equal(
            (columns.Nearest(Start + TimeSpan.TicksPerHour), columns.Nearest(Start + 2 * TimeSpan.TicksPerHour), (byte)2), stretch);
    }

    [Fact]
    public void Of_two_marks_in_one_column_the_higher_stays()
    {
        var marks = new TimeColumns().AddMarks();
        marks.Mark(4, 9, 1);
        marks.Mark(6, 7, 3);
        marks.Mark(7, 8, 2);

        Assert.Equal([(4, 5, 1), (6, 7, 3), (8, 8, 2), (9, 9, 1)], marks.Stretches().Select(s => (s.From, s.To, (int)s.Mark)));
        Assert.True(marks.Touches(0, 4));
        Assert.False(marks.Touches(0, 3));
        Assert.False(marks.Touches(8, 5));
    }

    [Fact]
    public void A_time_before_the_first_one_has_no_column()
    {
        var columns = new TimeColumns();
        Assert.True(columns.TryFind(Start, out _));
        Assert.False(columns.TryFind(Start - 1, out _));
    }

    [Fact]
    public void A_clock_that_leaps_to_the_end_of_time_is_followed()
    {
        var columns = new TimeColumns();
        columns.TryFind(DateTime.UnixEpoch.Ticks, out _);
        Assert.True(columns.TryFind(DateTime.MaxValue.Ticks, out var column));
        Assert.InRange(column, 0, TimeColumns.Limit - 1);
    }
}
