-- Whether the public documents list a stack. A stack can be sold on the front page without being part of the contract
-- that programs read.
ALTER TABLE offer_stacks ADD COLUMN documented INTEGER NOT NULL DEFAULT 1 CHECK (documented IN (0, 1));
